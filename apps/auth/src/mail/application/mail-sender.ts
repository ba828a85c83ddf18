import type { Letter } from '../domain/mail-intent.ts';

/** Hands a letter over to whatever brings mail. */
export interface MailSender {
  /** Resolves once the letter is safe with the carrier. The same letter may be sent again after a crash. */
  send(letter: Letter): Promise<void>;
}

/** Nest injection token of the MailSender. */
export const MAIL_SENDER = Symbol('MailSender');
