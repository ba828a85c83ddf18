import { Inject, Injectable } from '@nestjs/common';
import { within } from '#kernel';
import { counter, LOGGER, type Logger } from '#observability';
import { MAX_TRIES, type MailIntent } from '../domain/mail-intent.ts';
import { MailIntentsRepository } from '../infrastructure/mail-intents.repository.ts';
import { MAIL_SENDER, type MailSender } from './mail-sender.ts';
import { WriteLetter } from './write-letter.ts';

/** Mails of one round. */
const BATCH = 50;
/** Shorter than the lease of a mail. */
const SEND_WITHIN_MS = 10_000;

const delivered = counter('tessera_mails_total', 'Mails by kind and what became of them', [
  'kind',
  'outcome',
]);

/** Sends what is due, each mail at least once; what fails comes again after a growing pause, and is parked in the end. */
@Injectable()
export class DeliverMail {
  constructor(
    private readonly intents: MailIntentsRepository,
    private readonly writeLetter: WriteLetter,
    @Inject(MAIL_SENDER) private readonly sender: MailSender,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute(): Promise<void> {
    for (let sent = 0; sent < BATCH; sent++) {
      const intent = await this.intents.takeUp();
      if (!intent) return;
      await this.deliver(intent);
    }
  }

  private async deliver(intent: MailIntent): Promise<void> {
    const { id, kind, tries } = intent;
    try {
      if (tries > MAX_TRIES) throw new Error('every process that took it up has died');
      const letter = await this.writeLetter.execute(intent);
      if (letter) await within(SEND_WITHIN_MS, this.sender.send(letter));
      await this.intents.settle(intent);
      delivered.inc({ kind, outcome: letter ? 'sent' : 'needless' });
    } catch (error) {
      if (tries < MAX_TRIES) {
        this.logger.warn({ err: error, kind, mail: id, tries }, 'a mail was not sent; it is tried again');
        await this.intents.postpone(intent);
        return;
      }
      this.logger.error({ err: error, kind, mail: id, tries }, 'a mail is parked: it could not be sent');
      await this.intents.park(intent);
      delivered.inc({ kind, outcome: 'parked' });
    }
  }
}
