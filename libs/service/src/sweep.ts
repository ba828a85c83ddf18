import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from '#observability';

export interface Rhythm {
  readonly everyMs: number;
  /** What the log says of a round that failed. */
  readonly whenItFails: string;
}

/**
 * Work that a service does again and again by itself: one round at a time in a process. A round that fails is logged, and
 * the next one tries again; a service that ends waits for the round that is under way.
 */
export abstract class Sweep implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  protected constructor(
    private readonly rhythm: Rhythm,
    protected readonly logger: Logger,
  ) {}

  /** What one round does, in bounded time. */
  protected abstract round(): Promise<void>;

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.start(), this.rhythm.everyMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private start(): void {
    this.running ??= this.round()
      .catch((error: unknown) => this.logger.warn({ err: error }, this.rhythm.whenItFails))
      .finally(() => {
        this.running = undefined;
      });
  }
}
