import type { ExecutionResult } from 'graphql';
import { BoundedStream } from '#graphql';
import { lagged, type SubgraphEvent, type Subscribe } from './upstream.ts';

/** Most events that wait for a slow client, before it is let go. */
export const MAX_WAITING = 1_000;

/**
 * One client's subscription: takes events from the service that owns them and joins each, one after the other, when the
 * client takes it. A client that is too slow gets what was kept, without a gap, then the error LAGGED.
 */
export class EventStream implements AsyncIterableIterator<ExecutionResult, undefined> {
  private readonly events = new BoundedStream<SubgraphEvent>(MAX_WAITING);
  private readonly unsubscribe: () => void;
  private closed = false;

  constructor(
    subscribe: Subscribe,
    private readonly join: (event: SubgraphEvent) => Promise<ExecutionResult>,
    private readonly onClose: () => void,
  ) {
    this.unsubscribe = subscribe({
      next: (event) => this.accept(event),
      error: (error) => this.events.fail(error),
      complete: () => this.events.end(),
    });
  }

  async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    const { done, value } = await this.take();
    if (done) return this.return();
    const result = await this.join(value);
    return this.closed ? { done: true, value: undefined } : { done: false, value: result };
  }

  /** Called when the client unsubscribes or disconnects; the service is told at once. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.close();
    await this.events.return();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult, undefined>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private accept(event: SubgraphEvent): void {
    if (this.events.push(event)) return;
    this.unsubscribe();
    this.events.fail(lagged());
  }

  private async take(): Promise<IteratorResult<SubgraphEvent, undefined>> {
    try {
      return await this.events.next();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  private close(): void {
    if (this.closed) return;
    this.closed = true;
    this.unsubscribe();
    this.onClose();
  }
}
