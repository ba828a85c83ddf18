import type { CartLine } from './cart.ts';

/** Units of one ticket type. At all times 0 ≤ sold ≤ capacity. */
export interface Pool {
  readonly capacity: number;
  readonly sold: number;
  /** What the sold units were charged, in minor units of the event's currency. */
  readonly revenue: number;
}

/** What was done to the pools on behalf of an order, kept until it cannot be tried again. */
export interface Move {
  /** `<order id>:<kind>`: a move is made at most once. */
  readonly id: string;
  readonly orderId: string;
  /** REFUSAL takes nothing; it keeps a claim that is still under way somewhere from ever succeeding. */
  readonly kind: 'CLAIM' | 'REFUSAL' | 'RETURN';
  readonly lines: readonly CartLine[];
  /** By MongoDB's clock: no attempt at this move succeeds later. */
  readonly deadline: Date;
}

/** The final word on an event's units: one document, changed by one conditional update per order. */
export interface Inventory {
  readonly eventId: string;
  /** False closes the sale for good: no claim succeeds any more. */
  readonly open: boolean;
  /** Rises with each move. */
  readonly seq: number;
  /** Orders whose units are among the sold ones. */
  readonly orders: number;
  readonly pools: Readonly<Record<string, Pool>>;
  readonly moves: readonly Move[];
}

export function capacityOf(inventory: Inventory): number {
  return Object.values(inventory.pools).reduce((sum, { capacity }) => sum + capacity, 0);
}

export function soldOf(inventory: Inventory): number {
  return Object.values(inventory.pools).reduce((sum, { sold }) => sum + sold, 0);
}

export function revenueOf(inventory: Inventory): number {
  return Object.values(inventory.pools).reduce((sum, { revenue }) => sum + revenue, 0);
}
