import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER, type Logger } from '#observability';
import { ReviewDuePrices, REVIEWS_PER_RUN } from '../application/review-due-prices.ts';

/** How often the due reviews are looked for: one indexed query when there are none. */
const TICK_MS = 1_000;
/** Demand that comes within so long is reviewed together. */
const DEBOUNCE_MS = 200;

/** Runs the reviews: regularly, and soon after demand. One run at a time. */
@Injectable()
export class ReviewLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private running: Promise<void> | undefined;
  private ticking: NodeJS.Timeout | undefined;
  private waiting: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly reviewDuePrices: ReviewDuePrices,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.ticking = setInterval(() => this.run(), TICK_MS);
  }

  /** Reviews what is due once the debounce is over. */
  soon(): void {
    if (this.waiting || this.stopped) return;
    this.waiting = setTimeout(() => {
      this.waiting = undefined;
      this.run();
    }, DEBOUNCE_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.ticking);
    clearTimeout(this.waiting);
    await this.running;
  }

  /** A run that finds another one at work leaves it to the next tick. */
  private run(): void {
    if (this.running || this.stopped) return;
    this.running = this.reviewDuePrices
      .execute()
      .then((reviewed) => {
        if (reviewed === REVIEWS_PER_RUN) this.soon();
      })
      .catch((error: unknown) =>
        this.logger.warn({ err: error }, 'a review of prices failed; the next one tries again'),
      )
      .finally(() => {
        this.running = undefined;
      });
  }
}
