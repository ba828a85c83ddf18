import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import { FIRST_LOOK_MS } from '../domain/payment.ts';

/** Provider calls in the background at one time, in this process. */
const SLOTS = 32;
/** Of these, what may go to offered work: the rest keeps the sweep and webhooks going. */
const SLOTS_FOR_OFFERS = 24;
/** Offered work that waits for a slot. */
const MAX_WAITING = 500;
/** Offered work that has waited this long is dropped: the sweep is about to find it. */
const MAX_WAIT_MS = FIRST_LOOK_MS - 1_000;

type Work = () => Promise<unknown>;

/**
 * Work that nobody waits for, such as a capture after an order's fact: a provider may take a second, and a consumer
 * that waited for it would handle one order a second. What is to be done is written down before; work that fails, is
 * dropped or dies with the process is found by the sweep.
 */
@Injectable()
export class Slots implements BeforeApplicationShutdown {
  private readonly running = new Set<Promise<void>>();
  /** Oldest first. */
  private readonly waiting: { readonly work: Work; readonly until: Date }[] = [];
  private isClosing = false;

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Resolves when the work has begun: for those who would bring more than can be done. */
  async start(work: Work): Promise<void> {
    while (this.running.size >= SLOTS) await Promise.race(this.running);
    this.begin(work);
  }

  /** For those who must not wait, such as a consumer: it would be taken for dead while a provider hangs. */
  offer(work: Work): void {
    if (this.waiting.length >= MAX_WAITING) return;
    this.waiting.push({ work, until: new Date(this.clock.now().getTime() + MAX_WAIT_MS) });
    this.beginOffered();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    await Promise.all(this.running);
  }

  private beginOffered(): void {
    while (!this.isClosing && this.running.size < SLOTS_FOR_OFFERS) {
      const next = this.waiting.shift();
      if (!next) return;
      if (this.clock.now() < next.until) this.begin(next.work);
    }
  }

  private begin(work: Work): void {
    const run = this.run(work).finally(() => {
      this.running.delete(run);
      this.beginOffered();
    });
    this.running.add(run);
  }

  private async run(work: Work): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn({ err: error }, 'work on a payment failed; the sweep takes it on');
    }
  }
}
