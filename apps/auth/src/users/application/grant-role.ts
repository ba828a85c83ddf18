import { Injectable } from '@nestjs/common';
import {
  fail,
  type InvalidInput,
  type NotFound,
  type NotPermitted,
  type NotSignedIn,
  parseInput,
  type Result,
  RetryLater,
  WrongState,
} from '#kernel';
import type { Viewer } from '#security';
import { inNewVersion, withRole } from '../domain/account.ts';
import { roleInput, type User } from '../domain/user.ts';
import { AdminsRepository } from '../infrastructure/admins.repository.ts';
import { ChangeUser } from './change-user.ts';
import { requireAdmin } from './require-admin.ts';

/** Times that a new admin is entered again because others were struck out in between. */
const MAX_TRIES = 5;

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
    return role === 'ADMIN' ? this.makeAdmin(userId) : this.give(userId, (user) => withRole(user, role));
  }

  /** Also of an admin, who may not be entered yet, or be on the way to be one no more: see `AdminsRepository`. */
  private async makeAdmin(userId: string): Promise<Result<User, NotFound | WrongState | RetryLater>> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const strikes = await this.admins.strikes();
      const given = await this.give(userId, (user) => inNewVersion(user, withRole(user, 'ADMIN')));
      if (!given.ok || (await this.admins.enter(userId, strikes))) return given;
    }
    return fail(new RetryLater('Too many roles are being revoked at the same time.'));
  }

  private give(
    userId: string,
    change: (user: User) => User,
  ): Promise<Result<User, NotFound | WrongState | RetryLater>> {
    return this.changeUser.execute<WrongState>(userId, (user) =>
      user.disabledAt
        ? { user, failure: new WrongState('DISABLED', 'The account is disabled: enable it first.') }
        : { user: change(user), fact: 'UserUpdated' },
    );
  }
}
