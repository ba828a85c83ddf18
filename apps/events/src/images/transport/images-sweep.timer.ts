import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import { Sweep } from '#service';
import { SweepImages } from '../application/sweep-images.ts';

@Injectable()
export class ImagesSweepTimer extends Sweep {
  constructor(
    private readonly sweepImages: SweepImages,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    super({ everyMs: 10 * 60_000, whenItFails: 'the sweep of images failed; it goes on' }, logger);
  }

  protected async round(): Promise<void> {
    const images = await this.sweepImages.execute(this.clock.now());
    if (images > 0) this.logger.info({ images }, 'images that no event shows were removed');
  }
}
