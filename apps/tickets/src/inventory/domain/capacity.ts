import type { CapacityWish, Inventory } from './inventory.ts';

/** The capacities of an event as its organizer wants them, in a version of the event. */
export interface WishedCapacities {
  readonly eventVersion: number;
  readonly capacities: ReadonlyMap<string, number>;
}

/** One thing to do on the way from a wish to a decision. Doing it again changes nothing. */
export type CapacityStep =
  /** Units are added: a pool that is opened begins with none. */
  | { readonly kind: 'RAISE'; readonly ticketTypeId: string; readonly capacity: number }
  /** Units are taken away, if so many are neither sold nor reserved. */
  | { readonly kind: 'CUT'; readonly ticketTypeId: string; readonly capacity: number }
  /** Every ticket type is decided. */
  | { readonly kind: 'TELL' };

/** What was decided: what is in force, and which cuts were refused. */
export interface CapacityDecision {
  readonly eventVersion: number;
  readonly ticketTypes: readonly { readonly ticketTypeId: string; readonly capacity: number }[];
  readonly refused: readonly RefusedCut[];
}

export interface RefusedCut {
  readonly ticketTypeId: string;
  readonly wished: number;
  /** Units that were sold or reserved. */
  readonly committed: number;
  /** What stays in force. */
  readonly capacity: number;
}

/**
 * The wish to be noted in the inventory before anything is done about it; undefined when there is nothing new to decide.
 * A wish that is still there was left by a crash: a newer one takes its place.
 */
export function wishOf(
  { pools, wish, decidedVersion = 0 }: Inventory,
  { eventVersion, capacities }: WishedCapacities,
): CapacityWish | undefined {
  if (Math.max(wish?.eventVersion ?? 0, decidedVersion) >= eventVersion) return undefined;
  const isInForce = [...capacities].every(([id, capacity]) => pools[id]?.capacity === capacity);
  if (isInForce && !wish) return undefined;
  // All of them: what is in force now may not be when the wish is noted.
  return { eventVersion, undecided: Object.fromEntries(capacities), refused: {} };
}

/**
 * The wish of an inventory that is opened by a later fact than its event's first, for the earlier ones can be lost to
 * compaction: the capacities that it opens with may be wished ones, and their organizer waits to be told that they are in
 * force. Nothing is undecided.
 */
export function wishOnOpening(eventVersion: number): CapacityWish {
  return { eventVersion, undecided: {}, refused: {} };
}

/** What to do next about the wish in the inventory; undefined when there is none. */
export function nextCapacityStep({ pools, wish }: Inventory): CapacityStep | undefined {
  if (!wish) return undefined;
  const [first] = Object.entries(wish.undecided);
  if (!first) return { kind: 'TELL' };
  const [ticketTypeId, capacity] = first;
  const pool = pools[ticketTypeId];
  return { kind: pool && pool.capacity > capacity ? 'CUT' : 'RAISE', ticketTypeId, capacity };
}

/** The decision that the inventory shows, once nothing of its wish is undecided. */
export function capacityDecision({ pools }: Inventory, wish: CapacityWish): CapacityDecision {
  const refused = Object.entries(wish.refused).map(([ticketTypeId, { wished, committed }]) => ({
    ticketTypeId,
    wished,
    committed,
    capacity: pools[ticketTypeId]?.capacity ?? 0,
  }));
  const ticketTypes = Object.entries(pools).map(([ticketTypeId, { capacity }]) => ({
    ticketTypeId,
    capacity,
  }));
  return { eventVersion: wish.eventVersion, ticketTypes, refused };
}
