import { Injectable } from '@nestjs/common';
import {
  type InvalidInput,
  type NotFound,
  type NotPermitted,
  type NotSignedIn,
  parseInput,
  type Result,
  type RetryLater,
} from '#kernel';
import type { Viewer } from '#security';
import { withoutRole } from '../domain/account.ts';
import { LastAdmin, roleInput, type User } from '../domain/user.ts';
import { AdminsRepository } from '../infrastructure/admins.repository.ts';
import { ChangeUser } from './change-user.ts';
import { requireAdmin } from './require-admin.ts';

export type RevokeRoleFailure = InvalidInput | NotSignedIn | NotPermitted | NotFound | LastAdmin | RetryLater;

/** An admin takes a role from a user. It is gone from the user's next access token. */
@Injectable()
export class RevokeRole {
  constructor(
    private readonly admins: AdminsRepository,
    private readonly changeUser: ChangeUser,
  ) {}

  async execute(viewer: Viewer | undefined, input: unknown): Promise<Result<User, RevokeRoleFailure>> {
    const admin = requireAdmin(viewer);
    if (!admin.ok) return admin;
    const parsed = parseInput(roleInput, input);
    if (!parsed.ok) return parsed;
    const { userId, role } = parsed.value;
    // Each version of the user is struck out anew: see `AdminsRepository`.
    return this.changeUser.execute<LastAdmin>(userId, async (user) =>
      role === 'ADMIN' && !(await this.admins.strike(userId))
        ? { user, failure: new LastAdmin() }
        : { user: withoutRole(user, role), fact: 'UserUpdated' },
    );
  }
}
