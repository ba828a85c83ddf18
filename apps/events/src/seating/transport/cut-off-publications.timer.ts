import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER, type Logger } from '#observability';
import { FinishPublications } from '../application/finish-publications.ts';

const EVERY_MS = 10_000;

@Injectable()
export class CutOffPublicationsTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly finishPublications: FinishPublications,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= this.finish();
    }, EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async finish(): Promise<void> {
    try {
      const count = await this.finishPublications.execute();
      if (count > 0) this.logger.info({ count }, 'ended publications of seating plans that were cut off');
    } catch (error) {
      this.logger.warn({ err: error }, 'publications of seating plans wait for the next round');
    } finally {
      this.running = undefined;
    }
  }
}
