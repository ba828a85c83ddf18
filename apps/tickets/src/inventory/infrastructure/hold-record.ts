import { z } from 'zod';
import type { QuotedLine } from '../domain/cart.ts';
import type { Hold, HoldStatus } from '../domain/hold.ts';

/** A hold as the scripts keep it. Amounts are minor units of `currency`; times are Unix milliseconds. */
const record = z.object({
  account: z.string(),
  status: z.enum(['HELD', 'ORDERED', 'SOLD', 'RETURNED', 'RELEASED', 'EXPIRED']),
  lines: z.array(z.object({ ticketTypeId: z.string(), quantity: z.int(), amount: z.int() })),
  total: z.int(),
  currency: z.string(),
  deadline: z.number(),
  expiresAt: z.number(),
  extended: z.boolean().optional(),
  orderId: z.string().optional(),
  correlation: z.string(),
});
export type HoldRecord = z.output<typeof record>;

/** For whoever held it, a hold that became an order is ORDERED, whatever became of the order. */
const STATUS: Record<HoldRecord['status'], HoldStatus> = {
  HELD: 'HELD',
  ORDERED: 'ORDERED',
  SOLD: 'ORDERED',
  RETURNED: 'ORDERED',
  RELEASED: 'RELEASED',
  EXPIRED: 'EXPIRED',
};

export function parseHold(holdId: string, eventId: string, text: string): Hold {
  const hold = record.parse(JSON.parse(text));
  return {
    id: holdId,
    eventId,
    accountId: hold.account,
    status: STATUS[hold.status],
    lines: hold.lines.map(({ ticketTypeId, quantity, amount }) => ({
      ticketTypeId,
      quantity,
      unitPrice: { amount, currency: hold.currency },
    })),
    total: { amount: hold.total, currency: hold.currency },
    expiresAt: new Date(hold.expiresAt),
    extended: hold.extended ?? false,
    orderId: hold.orderId,
  };
}

/** An open order as a reservation, for loading an event's stock. */
export function orderedRecord(order: {
  readonly orderId: string;
  readonly buyerId: string;
  readonly lines: readonly QuotedLine[];
  readonly total: { readonly amount: number; readonly currency: string };
  readonly reservedUntil: Date;
}): HoldRecord {
  return {
    account: order.buyerId,
    status: 'ORDERED',
    lines: order.lines.map(({ ticketTypeId, quantity, unitPrice }) => ({
      ticketTypeId,
      quantity,
      amount: unitPrice.amount,
    })),
    total: order.total.amount,
    currency: order.total.currency,
    deadline: order.reservedUntil.getTime(),
    expiresAt: order.reservedUntil.getTime(),
    orderId: order.orderId,
    correlation: order.orderId,
  };
}
