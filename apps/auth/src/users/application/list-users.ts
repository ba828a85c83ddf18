import { Injectable } from '@nestjs/common';
import { fail, NotPermitted, type NotSignedIn, ok, type Page, type PageRequest, type Result } from '#kernel';
import { isAdmin, requireViewer, type Viewer } from '#security';
import type { User } from '../domain/user.ts';
import { type UserSelection, UsersRepository } from '../infrastructure/users.repository.ts';

export function requireAdmin(viewer: Viewer | undefined): Result<Viewer, NotSignedIn | NotPermitted> {
  const signedIn = requireViewer(viewer);
  if (!signedIn.ok || isAdmin(signedIn.value)) return signedIn;
  return fail(new NotPermitted('This is for admins.'));
}

/** Everybody who has an account, for admins. */
@Injectable()
export class ListUsers {
  constructor(private readonly users: UsersRepository) {}

  async execute(
    viewer: Viewer | undefined,
    selection: UserSelection,
    page: PageRequest,
  ): Promise<Result<Page<User>, NotSignedIn | NotPermitted>> {
    const admin = requireAdmin(viewer);
    return admin.ok ? ok(await this.users.list(selection, page)) : admin;
  }
}
