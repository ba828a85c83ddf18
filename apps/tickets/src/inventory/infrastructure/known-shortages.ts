import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { CartLine } from '../domain/cart.ts';
import { SoldOut } from '../domain/failures.ts';

/** How long it is taken as known that units were short. Units that come back are for sale this much later at most. */
const KNOWN_MS = 250;
const MAX_EVENTS = 1_000;
const MAX_TICKET_TYPES = 200;

interface Shortage {
  /** Fewer than somebody had asked for. */
  readonly available: number;
  readonly provenAtMs: number;
}

/**
 * What Redis has said a moment ago about units that are not there. When a sale has sold out, thousands of carts a second
 * ask for units that nobody has: the first of each quarter of a second asks Redis, the others are answered from here.
 *
 * A cart is refused only if it asks for more than was free at a moment less than {@link KNOWN_MS} ago, measured from
 * before Redis was asked, by a clock that never goes back: so also by an answer that was long under way.
 *
 * The gateway has no such memory: what a refusal costs there is reading and planning the request, which it would have
 * to do all the same to find the cart in it, and refused demand is counted here.
 */
@Injectable()
export class KnownShortages {
  private readonly byEvent = new LRUCache<string, Map<string, Shortage>>({ max: MAX_EVENTS });

  /** To be asked before Redis is, and given to `note` with its answer. */
  moment(): number {
    return performance.now();
  }

  note(eventId: string, { ticketTypeId, available }: SoldOut, askedAtMs: number): void {
    const known = this.byEvent.get(eventId) ?? new Map<string, Shortage>();
    if (known.size >= MAX_TICKET_TYPES) known.clear();
    known.set(ticketTypeId, { available, provenAtMs: askedAtMs });
    this.byEvent.set(eventId, known);
  }

  /** Why a cart certainly cannot be had just now; undefined when only Redis knows. */
  of(eventId: string, lines: readonly CartLine[]): SoldOut | undefined {
    const known = this.byEvent.get(eventId);
    if (!known) return undefined;
    const oldestMs = this.moment() - KNOWN_MS;
    for (const { ticketTypeId, quantity } of lines) {
      const shortage = known.get(ticketTypeId);
      if (shortage && shortage.provenAtMs > oldestMs && quantity > shortage.available)
        return new SoldOut(ticketTypeId, shortage.available);
    }
    return undefined;
  }

  /** Units may have come back. */
  forget(eventId: string): void {
    this.byEvent.delete(eventId);
  }
}
