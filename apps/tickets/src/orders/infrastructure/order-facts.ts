import { ticketsDemand, ticketsOrders } from '#contracts';
import type { FactFactory, PendingFact } from '#messaging';
import type { QuotedLine } from '../../inventory/domain/cart.ts';
import { channelOf, isDemand, type Order, type OrderFactType, type OrderStep } from '../domain/order.ts';

/** What others are told of orders. */
export class OrderFacts {
  constructor(private readonly facts: FactFactory) {}

  placed(order: Order): PendingFact {
    return this.orderFact(order, 'OrderPlaced');
  }

  of({ next, fact, returned = [] }: OrderStep): PendingFact[] {
    if (!fact) return [];
    const sold = fact === 'OrderCompleted' && isDemand(next) ? next.lines : [];
    return [
      this.orderFact(next, fact),
      ...this.unitsMoved('UnitsSold', next, sold),
      ...this.unitsMoved('UnitsReturned', next, returned),
    ];
  }

  private orderFact(order: Order, type: OrderFactType): PendingFact {
    return this.facts.create(ticketsOrders, type, order, {
      orderId: order.id,
      eventId: order.eventId,
      organizationId: order.organizationId,
      buyerId: order.buyerId,
      state: order.state,
      lines: order.lines.map(({ seats, ...line }) => ({ ...line, ...(seats ? { seats: [...seats] } : {}) })),
      total: order.total,
      payBy: order.payBy.toISOString(),
      placedAt: order.placedAt.toISOString(),
      channel: channelOf(order),
      reason: order.reason,
      refunds: order.refunds
        ?.filter(({ status }) => status !== 'PLANNED' && status !== 'NEEDLESS')
        .map(({ refundId, amount }) => ({ refundId, amount })),
    });
  }

  /** Evidence of demand is paid units: told to pricing with the order's completion or refund, in the same write. */
  private unitsMoved(
    type: 'UnitsSold' | 'UnitsReturned',
    order: Order,
    lines: readonly QuotedLine[],
  ): PendingFact[] {
    return lines.map(({ ticketTypeId, quantity, unitPrice }) =>
      this.facts.create(
        ticketsDemand,
        type,
        { id: ticketTypeId, version: 0 },
        {
          eventId: order.eventId,
          ticketTypeId,
          quantity,
          unitPrice,
          orderId: order.id,
          accountId: order.buyerId,
        },
      ),
    );
  }
}
