import { Failure } from '#kernel';
import { epochOf } from '../../users/domain/account.ts';
import type { User } from '../../users/domain/user.ts';

export const ACCESS_TOKEN_LIFETIME_MS = 10 * 60_000;
export const SESSION_LIFETIME_MS = 30 * 24 * 3_600_000;
/** In which a client may repeat a refresh whose answer it did not get. */
export const REFRESH_GRACE_MS = 10_000;

/** One sign-in. Its refresh token is replaced at each use; only hashes are kept. */
export interface Session {
  readonly id: string;
  readonly userId: string;
  /** The user's when the session was opened: raising it there ends the session. Absent is 0. */
  readonly epoch?: number;
  readonly refreshHash: string;
  /** The token before the present one, and when it was replaced. */
  readonly previous?: { readonly hash: string; readonly replacedAt: Date };
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly endedAt?: Date;
}

export class SessionEnded extends Failure {
  readonly code = 'SESSION_ENDED';

  constructor() {
    super('The session has ended: sign in again.');
  }
}

export function isLive(session: Session, now: Date): boolean {
  return session.endedAt === undefined && session.expiresAt > now;
}

/** Whether the user is still let in by the session: a new password, or being disabled, ends all of theirs in one write. */
export function isOpenFor(user: User, session: Session): boolean {
  return !user.disabledAt && session.userId === user.id && (session.epoch ?? 0) === epochOf(user);
}

export type RefreshDecision = 'ROTATE' | 'END_SESSION' | 'REFUSE';

/**
 * What a refresh token is worth. One that was replaced more than the grace ago is either stolen or was stolen from:
 * the session ends for both (OAuth 2.0 Security Best Current Practice, RFC 9700, section 4.14.2).
 */
export function decideRefresh(session: Session, presentedHash: string, now: Date): RefreshDecision {
  if (!isLive(session, now)) return 'REFUSE';
  if (presentedHash === session.refreshHash) return 'ROTATE';
  if (presentedHash !== session.previous?.hash) return 'REFUSE';
  const sinceMs = now.getTime() - session.previous.replacedAt.getTime();
  return sinceMs <= REFRESH_GRACE_MS ? 'ROTATE' : 'END_SESSION';
}
