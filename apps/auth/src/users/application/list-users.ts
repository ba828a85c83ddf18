import { Injectable } from '@nestjs/common';
import { type NotPermitted, type NotSignedIn, ok, type Page, type PageRequest, type Result } from '#kernel';
import type { Viewer } from '#security';
import type { User } from '../domain/user.ts';
import { type UserSelection, UsersRepository } from '../infrastructure/users.repository.ts';
import { requireAdmin } from './require-admin.ts';

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
