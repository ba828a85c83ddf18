import { z } from 'zod';
import type { SalesChannel } from '#contracts';
import type { QuotedLine } from '../domain/cart.ts';
import type { Hold, HoldStatus } from '../domain/hold.ts';
import type { SeatLayout } from '../../seats/domain/seat-layout.ts';
import { labelOf, type PlacedSeat } from '../../seats/domain/seat.ts';

const seat = z.object({
  at: z.int(),
  seatId: z.string(),
  section: z.string(),
  row: z.string(),
  number: z.int(),
});

/** Channels of the organization's own desk. */
const DESK_CHANNELS = ['COMPLIMENTARY', 'BOX_OFFICE'] as const;
export type DeskChannel = (typeof DESK_CHANNELS)[number];

/** Undefined for what buyers order themselves. */
export function deskChannelOf(channel: SalesChannel | undefined): DeskChannel | undefined {
  return DESK_CHANNELS.find((desk) => desk === channel);
}

/** A hold as the scripts keep it. Amounts are minor units of `currency`; times are Unix milliseconds. */
const record = z.object({
  account: z.string(),
  status: z.enum(['HELD', 'ORDERED', 'SOLD', 'RETURNED', 'RELEASED', 'EXPIRED']),
  lines: z.array(
    z.object({
      ticketTypeId: z.string(),
      quantity: z.int(),
      amount: z.int(),
      seats: z.array(seat).optional(),
    }),
  ),
  total: z.int(),
  currency: z.string(),
  deadline: z.number(),
  expiresAt: z.number(),
  extended: z.boolean().optional(),
  orderId: z.string().optional(),
  correlation: z.string(),
  channel: z.enum(DESK_CHANNELS).optional(),
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
    lines: hold.lines.map(({ ticketTypeId, quantity, amount, seats }) => ({
      ticketTypeId,
      quantity,
      unitPrice: { amount, currency: hold.currency },
      ...(seats ? { seats: seats.map(labelOf) } : {}),
    })),
    total: { amount: hold.total, currency: hold.currency },
    expiresAt: new Date(hold.expiresAt),
    extended: hold.extended ?? false,
    orderId: hold.orderId,
  };
}

interface OpenOrder {
  readonly orderId: string;
  readonly buyerId: string;
  readonly lines: readonly QuotedLine[];
  readonly total: { readonly amount: number; readonly currency: string };
  readonly reservedUntil: Date;
  readonly channel?: SalesChannel;
}

/** An open order as a reservation, for loading an event's stock. `layout` is that of its event's plan, if it has one. */
export function orderedRecord(order: OpenOrder, layout: SeatLayout | undefined): HoldRecord {
  return {
    account: order.buyerId,
    status: 'ORDERED',
    lines: order.lines.map(({ ticketTypeId, quantity, unitPrice, seats }) => ({
      ticketTypeId,
      quantity,
      amount: unitPrice.amount,
      ...(seats && layout ? { seats: placed(seats, layout) } : {}),
    })),
    total: order.total.amount,
    currency: order.total.currency,
    deadline: order.reservedUntil.getTime(),
    expiresAt: order.reservedUntil.getTime(),
    orderId: order.orderId,
    correlation: order.orderId,
    channel: deskChannelOf(order.channel),
  };
}

function placed(seats: NonNullable<QuotedLine['seats']>, layout: SeatLayout): PlacedSeat[] {
  return seats.flatMap(({ seatId }) => layout.find(seatId) ?? []);
}
