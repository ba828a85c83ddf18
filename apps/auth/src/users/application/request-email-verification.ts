import { Injectable } from '@nestjs/common';
import { fail, NotFound, type NotSignedIn, ok, type Result } from '#kernel';
import { requireViewer, type Viewer } from '#security';
import { MailIntentsRepository } from '../../mail/infrastructure/mail-intents.repository.ts';
import { UsersRepository } from '../infrastructure/users.repository.ts';

/** Asks for a mail with a code that verifies the viewer's address. Nothing is sent to one that is verified. */
@Injectable()
export class RequestEmailVerification {
  constructor(
    private readonly users: UsersRepository,
    private readonly mailIntents: MailIntentsRepository,
  ) {}

  async execute(viewer: Viewer | undefined): Promise<Result<{ email: string }, NotSignedIn | NotFound>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    const { userId } = signedIn.value;
    const user = await this.users.find(userId);
    if (!user) return fail(new NotFound('user', userId));
    await this.mailIntents.add({ kind: 'EMAIL_VERIFICATION', userId });
    return ok({ email: user.email });
  }
}
