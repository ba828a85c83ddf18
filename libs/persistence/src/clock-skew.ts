import type { Db } from 'mongodb';
import type { Clock } from '#kernel';
import { gauge, type Logger, type Reading } from '#observability';

const skewSeconds = gauge(
  'tessera_clock_skew_seconds',
  "How far the process' clock is ahead of MongoDB's; behind it, less than 0",
);

/**
 * Deadlines that one process sets are kept by others, and by MongoDB's own clock: a claim has 5 s, a lease 10. A process
 * whose clock is this far off cannot be trusted with work.
 */
const MOST_MS = 2_000;

/** The process' clock is not MongoDB's: set the machine's time. */
export class ClockIsOff extends Error {
  override readonly name = 'ClockIsOff';

  constructor(aheadMs: number) {
    const seconds = (Math.abs(aheadMs) / 1_000).toFixed(1);
    super(`the clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} MongoDB's: set the time (NTP)`);
  }
}

/** Compares the process' clock with that of MongoDB's primary (`$$NOW`, by which claims are kept), which all share. */
export class ClockSkew implements Reading {
  private isOff = false;

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** @throws ClockIsOff, and what the driver throws */
  async check(): Promise<void> {
    const aheadMs = await this.measure();
    if (Math.abs(aheadMs) > MOST_MS) throw new ClockIsOff(aheadMs);
  }

  async read(): Promise<void> {
    const aheadMs = await this.measure();
    skewSeconds.set(aheadMs / 1_000);
    const wasOff = this.isOff;
    this.isOff = Math.abs(aheadMs) > MOST_MS;
    if (this.isOff && !wasOff) this.logger.error(new ClockIsOff(aheadMs).message);
  }

  forget(): void {
    skewSeconds.reset();
  }

  /** At least so far off: however long the answer took, it was given in between. */
  private async measure(): Promise<number> {
    const askedAt = this.clock.now().getTime();
    const [answer] = await this.db
      .aggregate<{ now: Date }>([{ $documents: [{}] }, { $project: { now: '$$NOW' } }])
      .toArray();
    const answeredAt = this.clock.now().getTime();
    if (!answer) throw new Error('MongoDB does not tell its time');
    const then = answer.now.getTime();
    if (askedAt > then) return askedAt - then;
    return Math.min(answeredAt - then, 0);
  }
}
