import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER, type Logger } from '#observability';
import { DeliverMail } from '../application/deliver-mail.ts';

const EVERY_MS = 500;

@Injectable()
export class MailTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly deliverMail: DeliverMail,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= this.deliver();
    }, EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async deliver(): Promise<void> {
    try {
      await this.deliverMail.execute();
    } catch (error) {
      this.logger.warn({ err: error }, 'mails wait for the next round');
    } finally {
      this.running = undefined;
    }
  }
}
