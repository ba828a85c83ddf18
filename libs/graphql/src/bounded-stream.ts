interface Reader<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A stream from a source that pushes to one reader that pulls, with a limit on what may wait. A plain iterator, because
 * a parked async generator cannot be closed: `return` ends it at once, whoever waits.
 */
export class BoundedStream<T> implements AsyncIterableIterator<T, undefined> {
  private readonly waiting: T[] = [];
  private reader: Reader<T> | undefined;
  private ended = false;
  private failure: { readonly error: unknown } | undefined;
  private whenFewer: (() => void)[] = [];

  /** `capacity`: most items that wait. `onEnd` is called once, when nothing more is taken in. */
  constructor(
    private readonly capacity: number,
    private readonly onEnd: () => void = () => undefined,
  ) {}

  /** False, and nothing is taken in, when `capacity` items wait already or the stream has ended. */
  push(item: T): boolean {
    if (this.ended) return false;
    if (this.reader) {
      this.reader.resolve({ value: item, done: false });
      this.reader = undefined;
      return true;
    }
    if (this.waiting.length >= this.capacity) return false;
    this.waiting.push(item);
    return true;
  }

  /** Waits until fewer than `limit` items wait. False when the stream has ended. */
  async hasFewerThan(limit: number): Promise<boolean> {
    while (!this.ended && this.waiting.length >= limit)
      await new Promise<void>((resolve) => this.whenFewer.push(resolve));
    return !this.ended;
  }

  /** No more items: the reader gets those that wait, then the error, then the end. */
  fail(error: unknown): void {
    if (this.ended) return;
    if (this.reader) this.reader.reject(error);
    else this.failure = { error };
    this.reader = undefined;
    this.end();
  }

  /** No more items: the reader gets those that wait, then the end. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.reader?.resolve({ value: undefined, done: true });
    this.reader = undefined;
    this.wake();
    this.onEnd();
  }

  /** @throws the error that the stream ended with, once */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.waiting.length > 0) {
      const value = this.waiting.shift() as T;
      this.wake();
      return Promise.resolve({ value, done: false });
    }
    if (this.failure) {
      const { error } = this.failure;
      this.failure = undefined;
      return Promise.reject(error);
    }
    if (this.ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => (this.reader = { resolve, reject }));
  }

  /** Ends at once: what waits is thrown away. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.waiting.length = 0;
    this.failure = undefined;
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private wake(): void {
    const waiting = this.whenFewer;
    this.whenFewer = [];
    for (const resolve of waiting) resolve();
  }
}

/** The same stream with each item changed. A plain iterator too: see {@link BoundedStream}. */
export function mapped<T, U>(
  stream: AsyncIterableIterator<T, undefined>,
  change: (item: T) => U,
): AsyncIterableIterator<U, undefined> {
  return {
    async next() {
      const { done, value } = await stream.next();
      return done ? { done, value: undefined } : { done: false, value: change(value) };
    },
    async return() {
      await stream.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
