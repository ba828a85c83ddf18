/**
 * A stream from a pushing source to one pulling reader, with a limit on what may wait. A plain iterator, because a
 * parked async generator cannot be closed: `return` ends it at once, whoever waits.
 */
export class BoundedStream<T> implements AsyncIterableIterator<T> {
  private readonly waiting: T[] = [];
  private reader:
    { resolve: (result: IteratorResult<T>) => void; reject: (error: Error) => void } | undefined;
  private ended = false;
  private failure: Error | undefined;
  private cleanUp: (() => unknown) | undefined;

  constructor(
    private readonly capacity: number,
    private readonly tooSlow: () => Error,
  ) {}

  /** Called once, when the reader has left or fallen behind. */
  onEnd(cleanUp: () => unknown): void {
    this.cleanUp = cleanUp;
  }

  push(item: T): void {
    if (this.ended) return;
    if (this.reader) {
      const { resolve } = this.reader;
      this.reader = undefined;
      resolve({ value: item, done: false });
    } else if (this.waiting.length < this.capacity) this.waiting.push(item);
    else {
      this.failure = this.tooSlow();
      this.end();
    }
  }

  next(): Promise<IteratorResult<T>> {
    const item = this.waiting.shift();
    if (item !== undefined) return Promise.resolve({ value: item, done: false });
    if (this.failure) {
      const { failure } = this;
      this.failure = undefined;
      return Promise.reject(failure);
    }
    if (this.ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => (this.reader = { resolve, reject }));
  }

  return(): Promise<IteratorResult<T>> {
    this.waiting.length = 0;
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.reader?.resolve({ value: undefined, done: true });
    this.reader = undefined;
    void Promise.resolve(this.cleanUp?.()).catch(() => undefined);
  }
}
