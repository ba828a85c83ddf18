import { type Inventory, type Move, type MovedUnits, soldOf } from './inventory.ts';

/** A claim or a return of units, at its place among those of its event. */
export interface Sale {
  readonly eventId: string;
  /** 1, 2, 3, … without a gap: the order in which the inventory decided. */
  readonly seq: number;
  readonly kind: 'CLAIM' | 'RETURN';
  readonly at: Date;
  readonly orderId: string;
  readonly lines: readonly MovedUnits[];
  /** Units sold of the whole event after it. */
  readonly unitsSold: number;
}

/**
 * The moves of an inventory that its sales log lacks, as sales with their places; none for an inventory of an earlier
 * version, whose log begins where it stands.
 *
 * A move does not carry its place: `$inc` and `$push` of one update cannot tell each other. But `seq` counts nothing but
 * claims and returns, they are appended in the order in which they are counted, and none is trimmed before it is logged.
 * So the newest of them has the place `seq`, the one before it `seq − 1`, down to `logged + 1`, also when one update makes
 * several moves at once. The units sold after each follow in the same way from those sold now.
 */
export function salesOf(inventory: Inventory): Sale[] {
  const { eventId, seq, logged = seq, moves } = inventory;
  const lacking = seq - logged;
  const newest = lacking > 0 ? moves.filter(isSale).slice(-lacking) : [];
  const sales: Sale[] = [];
  let unitsSold = soldOf(inventory);
  for (const [i, { kind, at, orderId, lines }] of newest.toReversed().entries()) {
    sales.push({ eventId, seq: seq - i, kind, at, orderId, lines, unitsSold });
    const units = unitsIn(lines);
    unitsSold += kind === 'CLAIM' ? -units : units;
  }
  return sales.reverse();
}

export function unitsIn(lines: readonly MovedUnits[]): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

export function amountIn(lines: readonly MovedUnits[]): number {
  return lines.reduce((sum, { amount }) => sum + amount, 0);
}

type SaleMove = Move & { readonly kind: Sale['kind'] };

function isSale(move: Move): move is SaleMove {
  return move.kind !== 'REFUSAL';
}
