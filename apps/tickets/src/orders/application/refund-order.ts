import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  fail,
  type InvalidInput,
  NotFound,
  type NotPermitted,
  type NotSignedIn,
  parseInput,
  type Result,
  type RetryLater,
  WrongState,
} from '#kernel';
import type { Viewer } from '#security';
import { startRefunding } from '../domain/refunding.ts';
import { strangeTickets, whatIsLeft } from '../domain/returns.ts';
import type { Order } from '../domain/order.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';
import { AdvanceOrder } from './advance-order.ts';
import { requireRefundable } from './order-access.ts';

/** As many as the largest order has: 10 lines of 100 units. */
const MAX_TICKETS = 1_000;

const input = z.object({
  orderId: z.string().min(1).max(100),
  ticketIds: z
    .array(z.string().min(1).max(100))
    .min(1)
    .max(MAX_TICKETS)
    .nullish()
    .transform((ids) => ids ?? undefined),
  reason: z.string().trim().min(1).max(200),
});

export type RefundOrderFailure =
  InvalidInput | NotSignedIn | NotPermitted | NotFound | WrongState | RetryLater;

/**
 * A member takes some tickets of an order back, or all that are left. A ticket is paid back once, however often and by
 * how many at once that is asked for.
 */
@Injectable()
export class RefundOrder {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly advanceOrder: AdvanceOrder,
  ) {}

  async execute(viewer: Viewer | undefined, raw: unknown): Promise<Result<Order, RefundOrderFailure>> {
    const parsed = parseInput(input, raw);
    if (!parsed.ok) return parsed;
    const { orderId, ticketIds, reason: note } = parsed.value;
    const found = requireRefundable(viewer, orderId, await this.orders.find(orderId));
    if (!found.ok) return found;
    const [strange] = strangeTickets(found.value, ticketIds ?? []);
    if (strange !== undefined) return fail(new NotFound('ticket', strange));
    const refunding = await this.advanceOrder.change(orderId, (order, now) =>
      order.state === 'CONFIRMED'
        ? undefined
        : startRefunding(order, { reason: 'ORGANIZER', note, ticketIds }, now),
    );
    if (!refunding.ok || !whatIsLeft(refunding.value, ticketIds)) return refunding;
    const { state } = refunding.value;
    return fail(new WrongState(state, `The order is ${state}: only a completed order can be refunded.`));
  }
}
