import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import { ClosuresRepository } from '../infrastructure/closures.repository.ts';
import { WindUpEvent } from './wind-up-event.ts';

const SWEEP_EVERY_MS = 250;
/** Longer than one turn takes; a process that dies in it is followed by another after this time. */
const LEASE_MS = 10_000;
const MAX_PER_SWEEP = 20;

/** Winds up cancelled events, in turns. Any number of instances may sweep; there are no timers to lose. */
@Injectable()
export class ClosureSweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly closures: ClosuresRepository,
    private readonly windUpEvent: WindUpEvent,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.start(), SWEEP_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private start(): void {
    this.running ??= this.sweep()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'the closure sweep failed; it goes on'))
      .finally(() => {
        this.running = undefined;
      });
  }

  private async sweep(): Promise<void> {
    for (let turns = 0; turns < MAX_PER_SWEEP; turns++) {
      const now = this.clock.now();
      const due = await this.closures.takeDue(now, new Date(now.getTime() + LEASE_MS));
      if (!due) return;
      await this.windUpEvent.execute(due);
    }
  }
}
