import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { DeliverMail } from '../application/deliver-mail.ts';

@Injectable()
export class MailTimer extends Sweep {
  constructor(
    private readonly deliverMail: DeliverMail,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ everyMs: 500, whenItFails: 'mails wait for the next round' }, logger);
  }

  protected async round(): Promise<void> {
    await this.deliverMail.execute();
  }
}
