import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, fail, ok, type Result } from '#kernel';
import type { User } from '../../users/domain/user.ts';
import { UsersRepository } from '../../users/infrastructure/users.repository.ts';
import { decideRefresh, isOpenFor, type Session, SessionEnded } from '../domain/session.ts';
import { SessionsRepository } from '../infrastructure/sessions.repository.ts';
import { hashRefreshToken, newRefreshToken, type OpenedSession, OpenSession } from './open-session.ts';

/** Rotations of one session that may collide before the client is told to sign in again. */
const MAX_TRIES = 3;

@Injectable()
export class RefreshSession {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly users: UsersRepository,
    private readonly openSession: OpenSession,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(refreshToken: string): Promise<Result<OpenedSession, SessionEnded>> {
    const [sessionId = ''] = refreshToken.split('.', 1);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const session = await this.sessions.find(sessionId);
      if (!session) break;
      const now = this.clock.now();
      const decision = decideRefresh(session, hashRefreshToken(refreshToken), now);
      if (decision === 'END_SESSION') await this.sessions.end(session.id, now);
      if (decision !== 'ROTATE') break;
      // Read anew each time, so that the token says what the user is and may do now.
      const user = await this.users.find(session.userId);
      if (!user || !isOpenFor(user, session)) break;
      const rotated = await this.rotate(user, session, now);
      if (rotated) return ok(rotated);
    }
    return fail(new SessionEnded());
  }

  /** Undefined when another request rotated the session meanwhile. */
  private async rotate(user: User, session: Session, now: Date): Promise<OpenedSession | undefined> {
    const { token, hash } = newRefreshToken(session.id);
    if (!(await this.sessions.rotate(session, hash, now))) return undefined;
    return this.openSession.tokensFor(user, session, token);
  }
}
