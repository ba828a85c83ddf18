import { Injectable } from '@nestjs/common';
import { fail, NotFound, type NotSignedIn, type Result, type RetryLater } from '#kernel';
import { requireViewer, type Viewer } from '#security';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import { NoRefundOffer } from '../domain/refund.ts';
import { hasBeenTakenBack, refundOfferOf, startRefunding } from '../domain/refunding.ts';
import type { Order } from '../domain/order.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';
import { AdvanceOrder } from './advance-order.ts';

export type AcceptRefundOfferFailure = NotSignedIn | NotFound | NoRefundOffer | RetryLater;

/** The buyer gives an order back, since its event was moved. Asked again, or twice at once, it is the same refund. */
@Injectable()
export class AcceptRefundOffer {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly events: EventCopiesRepository,
    private readonly advanceOrder: AdvanceOrder,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    orderId: string,
  ): Promise<Result<Order, AcceptRefundOfferFailure>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    const before = await this.orders.find(orderId);
    if (before?.buyerId !== signedIn.value.userId) return fail(new NotFound('order', orderId));
    const event = await this.events.find(before.eventId);
    const refunding = await this.advanceOrder.change(orderId, (order, now) =>
      refundOfferOf(order, event, now) ? startRefunding(order, { reason: 'EVENT_MOVED' }, now) : undefined,
    );
    if (!refunding.ok || hasBeenTakenBack(refunding.value)) return refunding;
    return fail(
      new NoRefundOffer(
        'There is no refund offer for this order now: offers are for completed orders that were placed before their event was moved, until the offer ends.',
      ),
    );
  }
}
