import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, type Logger } from './logger.ts';

const EVERY_MS = 15_000;

/** Figures that have to be asked for. Asking must be cheap and bounded: it happens every 15 s in every process. */
export interface Reading {
  /** Asks, and sets the gauges. */
  read(): Promise<void>;
  /** Takes the gauges back: an old figure is worse than none. */
  forget(): void;
}

/**
 * Reads figures from the engines at a steady pace, not when `/metrics` is read: an engine that is down must not keep
 * the other metrics from whoever looks for the cause.
 */
@Injectable()
export class PeriodicMetrics implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly readings = new Map<string, Reading>();
  private readonly running = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  add(name: string, reading: Reading): void {
    this.readings.set(name, reading);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.readAll(), EVERY_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** A reading that is still under way is left alone. */
  async readAll(): Promise<void> {
    await Promise.all([...this.readings].map(([name, reading]) => this.readOne(name, reading)));
  }

  private async readOne(name: string, reading: Reading): Promise<void> {
    if (this.running.has(name)) return;
    this.running.add(name);
    try {
      await reading.read();
    } catch (error) {
      reading.forget();
      this.logger.debug({ err: error, name }, 'figures cannot be read');
    } finally {
      this.running.delete(name);
    }
  }
}
