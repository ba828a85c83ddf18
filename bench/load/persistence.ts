import { setTimeout as sleep } from 'node:timers/promises';
import { LoadError } from './tally.ts';

const PAUSE_MS = 250;

/** Answers that asking again does not change. Everything else (no answer, RETRY_LATER, a service that is away) passes. */
const FINAL = new Set([
  'ALREADY_EXTENDED',
  'CANCELLED',
  'CANCELLING',
  'EXPIRED',
  'HOLD_EXPIRED',
  'IDEMPOTENCY_KEY_REUSED',
  'INVALID_INPUT',
  'LIMIT_EXCEEDED',
  'NOT_FOUND',
  'NOT_PERMITTED',
  'NOT_SIGNED_IN',
  'PARTIALLY_REFUNDED',
  'PAYMENT_DECLINED',
  'PAYMENT_EXPIRED',
  'PRICE_CHANGED',
  'REFUNDED',
  'REFUNDING',
  'SALES_CLOSED',
  'SEAT_TAKEN',
  'SOLD_OUT',
  'WRONG_STATE',
]);

/**
 * Asks again after each failure that may pass, as a buyer's client does with a request that may be repeated.
 * @throws LoadError the last failure: a final one, or the one at hand when `limitMs` is over or `isOver` says so
 */
export async function persistently<T>(
  ask: () => Promise<T>,
  limitMs: number,
  isOver: () => boolean = () => false,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const mayPass = error instanceof LoadError && !FINAL.has(error.kind);
      if (!mayPass || performance.now() > deadline || isOver()) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
