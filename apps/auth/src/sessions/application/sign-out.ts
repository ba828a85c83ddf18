import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, type NotSignedIn, ok, type Result } from '#kernel';
import { requireViewer, type Viewer } from '#security';
import { SessionsRepository } from '../infrastructure/sessions.repository.ts';

/** Ends the viewer's session. Access tokens that are out stay good for the rest of their 10 minutes elsewhere. */
@Injectable()
export class SignOut {
  constructor(
    private readonly sessions: SessionsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(viewer: Viewer | undefined): Promise<Result<{ sessionId: string }, NotSignedIn>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    const { sessionId } = signedIn.value;
    await this.sessions.end(sessionId, this.clock.now());
    return ok({ sessionId });
  }
}
