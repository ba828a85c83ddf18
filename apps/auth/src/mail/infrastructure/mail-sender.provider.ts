import type { FactoryProvider } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import type { AuthConfig } from '../../config.ts';
import { MAIL_SENDER, type MailSender } from '../application/mail-sender.ts';
import { FileMailSender } from './file-mail-sender.ts';
import { LogMailSender } from './log-mail-sender.ts';

/** The carrier that the configuration names. */
export function mailSender({ MAIL_FOLDER, MAIL_FROM }: AuthConfig): FactoryProvider<MailSender> {
  return {
    provide: MAIL_SENDER,
    useFactory: (clock: Clock, logger: Logger) =>
      MAIL_FOLDER === undefined
        ? new LogMailSender(logger)
        : new FileMailSender(MAIL_FOLDER, MAIL_FROM, clock),
    inject: [CLOCK, LOGGER],
  };
}
