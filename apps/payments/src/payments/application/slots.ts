import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { LOGGER, type Logger } from '#observability';

/** Provider calls in the background at one time, in this process. */
const SLOTS = 32;

/**
 * Work that nobody waits for, such as a capture after an order's fact: a provider may take a second, and a consumer
 * that waited for it would handle one order a second. It is bounded: when all slots are taken, starting waits.
 * Work that fails or dies with the process is lost here, and found by the sweep.
 */
@Injectable()
export class Slots implements BeforeApplicationShutdown {
  private readonly running = new Set<Promise<void>>();

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  /** Resolves when the work has begun. */
  async start(work: () => Promise<unknown>): Promise<void> {
    while (this.running.size >= SLOTS) await Promise.race(this.running);
    const run = this.run(work).finally(() => this.running.delete(run));
    this.running.add(run);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.running);
  }

  private async run(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn({ err: error }, 'work on a payment failed; the sweep takes it on');
    }
  }
}
