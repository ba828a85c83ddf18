import { AsyncLocalStorage } from 'node:async_hooks';

/** What ties together everything done on behalf of one request, over every service and topic it passes. */
export interface Correlation {
  readonly correlationId: string;
  /** The request or fact that is being handled now. */
  readonly causationId: string;
}

export const CORRELATION_HEADER = 'x-correlation-id';

const storage = new AsyncLocalStorage<Correlation>();

export function withCorrelation<T>(correlation: Correlation, work: () => T): T {
  return storage.run(correlation, work);
}

export function currentCorrelation(): Correlation | undefined {
  return storage.getStore();
}
