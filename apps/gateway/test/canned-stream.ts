/** The source of a canned subscription: what is pushed goes to each subscriber that is there. */
export class CannedStream<T> {
  private readonly subscribers = new Set<(result: IteratorResult<T, undefined>) => void>();

  get subscribed(): number {
    return this.subscribers.size;
  }

  push(value: T): void {
    for (const give of this.subscribers) give({ done: false, value });
  }

  complete(): void {
    for (const give of this.subscribers) give({ done: true, value: undefined });
    this.subscribers.clear();
  }

  subscribe(): AsyncIterableIterator<T> {
    const results: IteratorResult<T, undefined>[] = [];
    let wake: (() => void) | undefined;
    const give = (result: IteratorResult<T, undefined>): void => {
      results.push(result);
      wake?.();
    };
    const { subscribers } = this;
    subscribers.add(give);
    return {
      async next() {
        for (;;) {
          const result = results.shift();
          if (result) return result;
          await new Promise<void>((resolve) => (wake = resolve));
        }
      },
      async return() {
        subscribers.delete(give);
        give({ done: true, value: undefined });
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
