import type { CartLine } from './cart.ts';

/** Units of one ticket type. At all times 0 ≤ sold ≤ capacity. */
export interface Pool {
  readonly capacity: number;
  readonly sold: number;
  /** What the sold units were charged, in minor units of the event's currency. */
  readonly revenue: number;
}

/** Units of one ticket type that a move took or gave back. */
export interface MovedUnits extends CartLine {
  /** What all of them were charged, in minor units of the event's currency. */
  readonly amount: number;
}

/** What was done to the pools on behalf of an order, kept until it cannot be tried again. */
export interface Move {
  /** `<order id>:<kind>`, and, from the second return on, its number: a move is made at most once. */
  readonly id: string;
  readonly orderId: string;
  /** REFUSAL takes nothing; it keeps a claim that is still under way somewhere from ever succeeding. */
  readonly kind: 'CLAIM' | 'REFUSAL' | 'RETURN';
  readonly lines: readonly MovedUnits[];
  readonly at: Date;
  /** By MongoDB's clock: no attempt at this move succeeds later. */
  readonly deadline: Date;
}

/** The final word on an event's units: one document, changed by one conditional update per order. */
export interface Inventory {
  readonly eventId: string;
  /** False closes the sale for good: no claim succeeds any more. */
  readonly open: boolean;
  /** Claims and returns so far. The newest of them has this place in the event's sales log: see domain/sale.ts. */
  readonly seq: number;
  /** Up to which place the sales log is written; undefined while an inventory of an earlier version has none. */
  readonly logged?: number;
  /** After which place the sales log begins, of an inventory of an earlier version; undefined when it has all sales. */
  readonly logBegins?: number;
  /** Orders whose units are among the sold ones. */
  readonly orders: number;
  readonly pools: Readonly<Record<string, Pool>>;
  readonly moves: readonly Move[];
  /** Capacities that are being decided about. */
  readonly wish?: CapacityWish;
  /** Version of the event whose capacities were decided about last: a cut that was refused stays refused. */
  readonly decidedVersion?: number;
}

/** Capacities that the organizer wants and that are not, or not yet, in force. */
export interface CapacityWish {
  /** Of the event that says so. */
  readonly eventVersion: number;
  readonly undecided: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, { readonly wished: number; readonly committed: number }>>;
}

/**
 * Units of a ticket type that may be sold, reserved or free. While a cut is being decided it counts as made: stock that
 * is built meanwhile must not hand out what the decision takes away. 0 for a pool that is not open.
 */
export function sellableCapacity({ pools, wish }: Inventory, ticketTypeId: string): number {
  const capacity = pools[ticketTypeId]?.capacity ?? 0;
  return Math.min(capacity, wish?.undecided[ticketTypeId] ?? capacity);
}

/** Of the event's ticket types: one that was removed before the sale began leaves its pool behind. */
export function capacityOf(
  { pools }: Inventory,
  ticketTypes: readonly { readonly ticketTypeId: string }[],
): number {
  return ticketTypes.reduce((sum, { ticketTypeId }) => sum + (pools[ticketTypeId]?.capacity ?? 0), 0);
}

export function soldOf(inventory: Inventory): number {
  return Object.values(inventory.pools).reduce((sum, { sold }) => sum + sold, 0);
}

export function revenueOf(inventory: Inventory): number {
  return Object.values(inventory.pools).reduce((sum, { revenue }) => sum + revenue, 0);
}
