import { Injectable } from '@nestjs/common';
import {
  fail,
  type NotFound,
  type NotPermitted,
  type NotSignedIn,
  type Result,
  type RetryLater,
  WrongState,
} from '#kernel';
import type { Viewer } from '#security';
import { retryRefunds } from '../domain/refunding.ts';
import type { Order } from '../domain/order.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';
import { AdvanceOrder } from './advance-order.ts';
import { requireRefundable } from './order-access.ts';

export type RetryRefundFailure = NotSignedIn | NotPermitted | NotFound | WrongState | RetryLater;

/** Asks once more for a refund that the provider has refused. One that is under way or paid stays as it is. */
@Injectable()
export class RetryRefund {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly advanceOrder: AdvanceOrder,
  ) {}

  async execute(viewer: Viewer | undefined, orderId: string): Promise<Result<Order, RetryRefundFailure>> {
    const found = requireRefundable(viewer, orderId, await this.orders.find(orderId));
    if (!found.ok) return found;
    const refunding = await this.advanceOrder.change(orderId, retryRefunds);
    if (!refunding.ok) return refunding;
    const { state } = refunding.value;
    if (state === 'REFUNDING' || state === 'PARTIALLY_REFUNDED' || state === 'REFUNDED') return refunding;
    return fail(new WrongState(state, `The order is ${state}: it has no refund to try again.`));
  }
}
