import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER, type Logger } from '#observability';
import { SettleAbandonedScans } from '../application/settle-abandoned-scans.ts';

const EVERY_MS = 10_000;

@Injectable()
export class AbandonedScansTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly settleAbandonedScans: SettleAbandonedScans,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= this.settle();
    }, EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async settle(): Promise<void> {
    try {
      await this.settleAbandonedScans.execute();
    } catch (error) {
      this.logger.warn({ err: error }, 'abandoned scans wait for the next round');
    } finally {
      this.running = undefined;
    }
  }
}
