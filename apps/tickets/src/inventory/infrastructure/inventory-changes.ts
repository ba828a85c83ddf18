import type { QuotedLine } from '../domain/cart.ts';
import type { ClaimRequest } from '../domain/claim.ts';
import type { Inventory, Move, MovedUnits } from '../domain/inventory.ts';

/** A move before it is made. */
export type NewMove = Omit<Move, 'at'>;

export function claimMove({ orderId, lines, deadline }: ClaimRequest): NewMove {
  return { id: `${orderId}:claim`, orderId, kind: 'CLAIM', lines: movedUnits(lines), deadline };
}

export function emptyPools(capacities: ReadonlyMap<string, number>): Inventory['pools'] {
  return Object.fromEntries([...capacities].map(([id, capacity]) => [id, { capacity, sold: 0, revenue: 0 }]));
}

export function movedUnits(lines: readonly QuotedLine[]): MovedUnits[] {
  return lines.map(({ ticketTypeId, quantity, unitPrice }) => ({
    ticketTypeId,
    quantity,
    amount: quantity * unitPrice.amount,
  }));
}

export function unitChanges(lines: readonly QuotedLine[], sign: 1 | -1): Record<string, number> {
  const changes: Record<string, number> = {};
  for (const { ticketTypeId, quantity, unitPrice } of lines) {
    const [sold, revenue] = [`pools.${ticketTypeId}.sold`, `pools.${ticketTypeId}.revenue`];
    changes[sold] = (changes[sold] ?? 0) + sign * quantity;
    changes[revenue] = (changes[revenue] ?? 0) + sign * quantity * unitPrice.amount;
  }
  return changes;
}

export function unitsByType(lines: readonly QuotedLine[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const { ticketTypeId, quantity } of lines)
    units.set(ticketTypeId, (units.get(ticketTypeId) ?? 0) + quantity);
  return units;
}
