import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import { SweepImages } from '../application/sweep-images.ts';

const SWEEP_EVERY_MS = 10 * 60_000;

/** Runs the sweep every ten minutes, never two at once in a process. */
@Injectable()
export class ImagesSweepTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly sweepImages: SweepImages,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= this.sweep().finally(() => {
        this.running = undefined;
      });
    }, SWEEP_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async sweep(): Promise<void> {
    try {
      const images = await this.sweepImages.execute(this.clock.now());
      if (images > 0) this.logger.info({ images }, 'images that no event shows were removed');
    } catch (error) {
      this.logger.warn({ err: error }, 'the sweep of images failed; it goes on');
    }
  }
}
