import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { bounded, type Logger, WORK_LIMIT_MS } from '#observability';

export interface Rhythm {
  readonly everyMs: number;
  /** What the log says of a round that failed. */
  readonly whenItFails: string;
  /** How long a round may take; then the next one begins beside it. WORK_LIMIT_MS if not said. */
  readonly limitMs?: number;
}

/**
 * Work that a service does again and again by itself: one round at a time in a process. A round that fails is logged, and
 * the next one tries again; so it is with a round that does not end. A service that ends waits for the round that is
 * under way.
 */
export abstract class Sweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  protected constructor(
    private readonly rhythm: Rhythm,
    protected readonly logger: Logger,
  ) {}

  /** What one round does. Another process may do the same at the same time, or this one if it takes too long. */
  protected abstract round(): Promise<void>;

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.start(), this.rhythm.everyMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private start(): void {
    const { limitMs = WORK_LIMIT_MS } = this.rhythm;
    this.running ??= bounded(this.constructor.name, this.logger, () => this.round(), limitMs)
      .catch((error: unknown) => this.logger.warn({ err: error }, this.rhythm.whenItFails))
      .finally(() => {
        this.running = undefined;
      });
  }
}
