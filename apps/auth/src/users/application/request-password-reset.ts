import { Injectable } from '@nestjs/common';
import { type InvalidInput, ok, parseInput, type Result } from '#kernel';
import { MailIntentsRepository } from '../../mail/infrastructure/mail-intents.repository.ts';
import { passwordResetRequest } from '../domain/user.ts';

/**
 * Asks for a mail with a code. It writes down the wish and looks at no account, so that neither the answer nor the time
 * it takes tells who has one; whether there is anything to send is found out when the letter is written.
 */
@Injectable()
export class RequestPasswordReset {
  constructor(private readonly mailIntents: MailIntentsRepository) {}

  async execute(input: unknown): Promise<Result<{ email: string }, InvalidInput>> {
    const parsed = parseInput(passwordResetRequest, input);
    if (!parsed.ok) return parsed;
    const { email } = parsed.value;
    await this.mailIntents.add({ kind: 'PASSWORD_RESET', email });
    return ok({ email });
  }
}
