import type { Logger } from '#observability';
import type { MailSender } from '../application/mail-sender.ts';
import type { Letter } from '../domain/mail-intent.ts';

/** Says in the log that a mail would have been sent, and no word of what stands in it. */
export class LogMailSender implements MailSender {
  constructor(private readonly logger: Logger) {}

  send({ id, to, subject }: Letter): Promise<void> {
    const domain = to.slice(to.lastIndexOf('@') + 1);
    this.logger.info({ letterId: id, domain, subject }, 'a mail was not sent: MAIL_FOLDER is not set');
    return Promise.resolve();
  }
}
