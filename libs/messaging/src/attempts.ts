import { setTimeout as sleep } from 'node:timers/promises';
import { TookTooLong } from '#kernel';
import type { Logger } from '#observability';

/** How long a fact that fails by itself is tried again in place. */
const PATIENCE_MS = 5_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;
/** How often work that hangs is begun anew: whatever it waits for may be slow rather than gone. */
const MAX_HANGS = 3;
/** Shorter than the group's session, of which work may take many. */
const HEARTBEAT_EVERY_MS = 2_000;

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
   * Tries for ever while an engine is down, MAX_HANGS times what hangs, and for PATIENCE_MS of other failures.
   * @throws Interrupted, or what the heartbeat threw: the group goes on without this consumer
   */
  async forAWhile(work: () => Promise<unknown>): Promise<Outcome> {
    const startedAt = performance.now();
    let pauseMs = FIRST_PAUSE_MS;
    let hangs = 0;
    for (let tries = 1; ; tries++) {
      try {
        await this.whileEngineDown(work);
        return { done: true };
      } catch (error) {
        if (this.interrupted) throw error;
        const isHung = error instanceof TookTooLong;
        if (isHung) hangs++;
        const isHopeless = isHung
          ? hangs === MAX_HANGS
          : performance.now() - startedAt + pauseMs > PATIENCE_MS;
        if (isHopeless) return { done: false, error, tries };
        await this.pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  /** Tries for ever while an engine is down; any other failure is thrown. @throws Interrupted */
  async whileEngineDown<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.withHeartbeats(work);
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

  /** A heartbeat that fails says that the group goes on without us; the next one, after the work, says so again. */
  private async withHeartbeats<T>(work: () => Promise<T>): Promise<T> {
    const beat = (): void => void this.heartbeat().catch(() => undefined);
    const timer = setInterval(beat, HEARTBEAT_EVERY_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
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
