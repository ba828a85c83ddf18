import { LRUCache } from 'lru-cache';

/** Refused webhooks of one address within {@link WINDOW_MS}, after which it is not listened to until the window ends. */
const MAX_REFUSALS = 30;
const WINDOW_MS = 60_000;
/** Addresses that are remembered; beyond it the one unused for longest is forgotten. */
const MAX_ADDRESSES = 10_000;

/**
 * Who sends what is not genuine, again and again. Genuine webhooks are never counted: a provider sends thousands a minute
 * from a few addresses, and each that is turned away comes back later.
 */
export class Refusals {
  private readonly counts = new LRUCache<string, { count: number }>({ max: MAX_ADDRESSES, ttl: WINDOW_MS });

  isShutOut(address: string): boolean {
    return (this.counts.get(address)?.count ?? 0) >= MAX_REFUSALS;
  }

  note(address: string): void {
    const known = this.counts.get(address);
    if (known) known.count += 1;
    else this.counts.set(address, { count: 1 });
  }
}
