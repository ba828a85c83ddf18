import { Injectable } from '@nestjs/common';
import {
  type InvalidInput,
  type NotFound,
  type NotPermitted,
  type NotSignedIn,
  parseInput,
  type Result,
  type RetryLater,
  WrongState,
} from '#kernel';
import type { Viewer } from '#security';
import { withRole } from '../domain/account.ts';
import { roleInput, type User } from '../domain/user.ts';
import { AdminsRepository } from '../infrastructure/admins.repository.ts';
import { ChangeUser } from './change-user.ts';
import { requireAdmin } from './require-admin.ts';

export type GrantRoleFailure = InvalidInput | NotSignedIn | NotPermitted | NotFound | WrongState | RetryLater;

/** An admin gives a user a role. It shows in the user's next access token. */
@Injectable()
export class GrantRole {
  constructor(
    private readonly admins: AdminsRepository,
    private readonly changeUser: ChangeUser,
  ) {}

  async execute(viewer: Viewer | undefined, input: unknown): Promise<Result<User, GrantRoleFailure>> {
    const admin = requireAdmin(viewer);
    if (!admin.ok) return admin;
    const parsed = parseInput(roleInput, input);
    if (!parsed.ok) return parsed;
    const { userId, role } = parsed.value;
    const changed = await this.changeUser.execute<WrongState>(userId, (user) =>
      user.disabledAt
        ? { user, failure: new WrongState('DISABLED', 'The account is disabled: enable it first.') }
        : { user: withRole(user, role), fact: 'UserUpdated' },
    );
    if (changed.ok && role === 'ADMIN') await this.admins.enter(userId);
    return changed;
  }
}
