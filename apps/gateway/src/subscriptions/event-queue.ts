interface Ending {
  readonly error?: unknown;
}

/**
 * Events between a service that sends them and a client that takes them at its own pace. One taker at a time.
 * A plain object rather than an async generator: a generator that waits cannot be closed from outside.
 */
export class EventQueue<T extends object> {
  private readonly waiting: T[] = [];
  private ending: Ending | undefined;
  private wake: (() => void) | undefined;

  /** `limit`: most events that wait at the same time. */
  constructor(private readonly limit: number) {}

  /** False, and nothing is added, when `limit` events wait already or the queue has ended. */
  push(event: T): boolean {
    if (this.ending || this.waiting.length >= this.limit) return false;
    this.waiting.push(event);
    this.wake?.();
    return true;
  }

  /** No more events: those that wait are still taken, then `take` says done, or throws `error` if there is one. */
  end(ending: Ending = {}): void {
    this.ending ??= ending;
    this.wake?.();
  }

  /** Ends at once: what waits is thrown away. */
  discard(): void {
    this.waiting.length = 0;
    this.ending = {};
    this.wake?.();
  }

  /** The next event, as soon as there is one. @throws the error that the queue ended with, once. */
  async take(): Promise<IteratorResult<T, undefined>> {
    while (this.waiting.length === 0 && !this.ending) {
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const event = this.waiting.shift();
    if (event) return { done: false, value: event };
    const { error } = this.ending ?? {};
    this.ending = {};
    if (error !== undefined) throw error;
    return { done: true, value: undefined };
  }
}
