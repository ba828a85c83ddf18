import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '#observability';

/** How long a fact that fails by itself is tried again in place. */
const PATIENCE_MS = 5_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/** The consumer is stopping or has lost the partition: the fact is left unresolved and will come again. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

type Outcome = { done: true } | { done: false; error: unknown; tries: number };

/** Tries work again while that can help, keeping the consumer's membership alive with heartbeats. */
export class Attempts {
  /** The work was given up, not the fact: whatever was thrown says nothing about it. */
  interrupted = false;

  constructor(
    private readonly isEngineDown: (error: unknown) => boolean,
    private readonly heartbeat: () => Promise<void>,
    private readonly goOn: () => boolean,
    private readonly logger: Logger,
  ) {}

  /**
   * Tries for ever while an engine is down, and for PATIENCE_MS of other failures.
   * @throws Interrupted, or what the heartbeat threw: the group goes on without this consumer
   */
  async forAWhile(work: () => Promise<unknown>): Promise<Outcome> {
    const startedAt = performance.now();
    let pauseMs = FIRST_PAUSE_MS;
    for (let tries = 1; ; tries++) {
      try {
        await this.whileEngineDown(work);
        return { done: true };
      } catch (error) {
        if (this.interrupted) throw error;
        if (performance.now() - startedAt + pauseMs > PATIENCE_MS) return { done: false, error, tries };
        await this.pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  /** Tries for ever while an engine is down; any other failure is thrown. @throws Interrupted */
  async whileEngineDown<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (!this.isEngineDown(error)) throw error;
        if (tries === 1) this.logger.warn({ err: error }, 'an engine is down; the consumer waits for it');
        await this.pause(LONGEST_PAUSE_MS);
      }
    }
  }

  /** Tries for ever, whatever fails. @throws Interrupted */
  async untilDone(work: () => Promise<unknown>): Promise<void> {
    for (;;) {
      const outcome = await this.forAWhile(work);
      if (outcome.done) return;
      this.logger.error({ err: outcome.error }, 'cannot park a fact; trying on');
    }
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms);
    if (!this.goOn()) {
      this.interrupted = true;
      throw new Interrupted('the consumer stops');
    }
    try {
      await this.heartbeat();
    } catch (error) {
      this.interrupted = true;
      throw error;
    }
  }
}
