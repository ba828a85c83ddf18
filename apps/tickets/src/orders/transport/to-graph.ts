import { moneyToGraph } from '#graphql';
import { lineToGraph } from '../../inventory/transport/to-graph.ts';
import type { Order } from '../domain/order.ts';
import type { Refund } from '../domain/refund.ts';
import { refundsOf } from '../domain/refunding.ts';

export function orderToGraph(order: Order): object {
  return {
    __typename: 'Order',
    id: order.id,
    event: { __typename: 'Event', id: order.eventId },
    buyer: { __typename: 'User', id: order.buyerId },
    state: order.state,
    lines: order.lines.map(lineToGraph),
    total: moneyToGraph(order.total),
    payBy: order.payBy,
    placedAt: order.placedAt,
    reason: order.reason,
    note: order.note,
    refunds: refundsOf(order).map(refundToGraph),
  };
}

function refundToGraph({ refundId: id, amount, status, plannedAt, failureCode }: Refund): object {
  return { id, amount: moneyToGraph(amount), status, plannedAt, failureCode };
}
