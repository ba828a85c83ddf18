import { Injectable } from '@nestjs/common';
import {
  fail,
  type InvalidInput,
  type NotFound,
  type NotSignedIn,
  ok,
  parseInput,
  type Result,
  type RetryLater,
} from '#kernel';
import { requireViewer, type Viewer } from '#security';
import { SessionsRepository } from '../../sessions/infrastructure/sessions.repository.ts';
import { epochOf, withPassword } from '../domain/account.ts';
import { changePasswordInput, InvalidCredentials } from '../domain/user.ts';
import { Passwords } from '../infrastructure/passwords.ts';
import { UsersRepository } from '../infrastructure/users.repository.ts';
import { ChangeUser } from './change-user.ts';

export type ChangePasswordFailure = InvalidInput | NotSignedIn | InvalidCredentials | NotFound | RetryLater;

/** Sets a new password for the present one. Every other session of the user ends. */
@Injectable()
export class ChangePassword {
  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly passwords: Passwords,
    private readonly changeUser: ChangeUser,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    input: unknown,
  ): Promise<Result<{ userId: string }, ChangePasswordFailure>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    const { userId, sessionId } = signedIn.value;
    const parsed = parseInput(changePasswordInput, input);
    if (!parsed.ok) return parsed;
    const verifiedHash = (await this.users.find(userId))?.passwordHash;
    const matches = await this.passwords.verify(verifiedHash, parsed.value.currentPassword);
    if (!matches.ok) return matches;
    const wrong = new InvalidCredentials('This is not your present password.');
    if (!matches.value) return fail(wrong);
    const hashed = await this.passwords.hash(parsed.value.newPassword);
    if (!hashed.ok) return hashed;
    const changed = await this.changeUser.execute<InvalidCredentials>(userId, (user) =>
      user.passwordHash === verifiedHash
        ? { user: withPassword(user, hashed.value) }
        : { user, failure: wrong },
    );
    if (!changed.ok) return changed;
    // After a crash before this, the user signs in anew: the safe side.
    await this.sessions.carryOver(sessionId, userId, epochOf(changed.value));
    return ok({ userId });
  }
}
