import { Injectable } from '@nestjs/common';
import {
  type NotFound,
  type NotPermitted,
  type NotSignedIn,
  type Result,
  type RetryLater,
  WrongState,
} from '#kernel';
import type { Viewer } from '#security';
import { disabled, enabled } from '../domain/account.ts';
import type { User } from '../domain/user.ts';
import { ChangeUser } from './change-user.ts';
import { requireAdmin } from './require-admin.ts';

export type ShutOutFailure = NotSignedIn | NotPermitted | NotFound | WrongState | RetryLater;

/** Disables and enables accounts. Who is disabled can neither sign in nor refresh; access tokens that are out run out. */
@Injectable()
export class ShutOutUser {
  constructor(private readonly changeUser: ChangeUser) {}

  async disable(viewer: Viewer | undefined, userId: string): Promise<Result<User, ShutOutFailure>> {
    const admin = requireAdmin(viewer);
    if (!admin.ok) return admin;
    return this.changeUser.execute<WrongState>(userId, (user, now) =>
      user.roles.includes('ADMIN')
        ? {
            user,
            failure: new WrongState('ADMIN', 'An admin cannot be disabled: revoke the role ADMIN first.'),
          }
        : { user: disabled(user, now), fact: 'UserDisabled' },
    );
  }

  async enable(viewer: Viewer | undefined, userId: string): Promise<Result<User, ShutOutFailure>> {
    const admin = requireAdmin(viewer);
    if (!admin.ok) return admin;
    return this.changeUser.execute(userId, (user) => ({ user: enabled(user), fact: 'UserUpdated' }));
  }
}
