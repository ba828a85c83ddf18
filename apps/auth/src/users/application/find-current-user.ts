import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import type { Viewer } from '#security';
import { isLive, isOpenFor } from '../../sessions/domain/session.ts';
import { SessionsRepository } from '../../sessions/infrastructure/sessions.repository.ts';
import type { User } from '../domain/user.ts';
import { UsersRepository } from '../infrastructure/users.repository.ts';

/** Who is signed in: undefined once the session has ended, although the access token may still be good. */
@Injectable()
export class FindCurrentUser {
  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(viewer: Viewer | undefined): Promise<User | undefined> {
    if (!viewer) return undefined;
    const [session, user] = await Promise.all([
      this.sessions.find(viewer.sessionId),
      this.users.find(viewer.userId),
    ]);
    if (!session || !user || !isLive(session, this.clock.now())) return undefined;
    return isOpenFor(user, session) ? user : undefined;
  }
}
