import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { DeliverMail } from '../application/deliver-mail.ts';

/** A round sends up to 50 mails one after the other, each within 10 s. */
const ROUND_LIMIT_MS = 10 * 60_000;

@Injectable()
export class MailTimer extends Sweep {
  constructor(
    private readonly deliverMail: DeliverMail,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ everyMs: 500, whenItFails: 'mails wait for the next round', limitMs: ROUND_LIMIT_MS }, logger);
  }

  protected async round(): Promise<void> {
    await this.deliverMail.execute();
  }
}
