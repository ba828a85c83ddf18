import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  fail,
  type InvalidInput,
  type NotFound,
  type NotPermitted,
  type NotSignedIn,
  parseInput,
  type Result,
  type RetryLater,
  WrongState,
} from '#kernel';
import type { Viewer } from '#security';
import { hasBeenTakenBack, startRefunding } from '../domain/refunding.ts';
import type { Order } from '../domain/order.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';
import { AdvanceOrder } from './advance-order.ts';
import { requireRefundable } from './order-access.ts';

const input = z.object({
  orderId: z.string().min(1).max(100),
  reason: z.string().trim().min(1).max(200),
});

export type RefundOrderFailure =
  InvalidInput | NotSignedIn | NotPermitted | NotFound | WrongState | RetryLater;

/** A member takes a whole order back. Asked again, or twice at once, it is the same refund. */
@Injectable()
export class RefundOrder {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly advanceOrder: AdvanceOrder,
  ) {}

  async execute(viewer: Viewer | undefined, raw: unknown): Promise<Result<Order, RefundOrderFailure>> {
    const parsed = parseInput(input, raw);
    if (!parsed.ok) return parsed;
    const { orderId, reason: note } = parsed.value;
    const found = requireRefundable(viewer, orderId, await this.orders.find(orderId));
    if (!found.ok) return found;
    const refunding = await this.advanceOrder.change(orderId, (order, now) =>
      order.state === 'COMPLETED' ? startRefunding(order, { reason: 'ORGANIZER', note }, now) : undefined,
    );
    if (!refunding.ok || hasBeenTakenBack(refunding.value)) return refunding;
    const { state } = refunding.value;
    return fail(new WrongState(state, `The order is ${state}: only a completed order can be refunded.`));
  }
}
