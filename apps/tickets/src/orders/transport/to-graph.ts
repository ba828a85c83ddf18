import { moneyToGraph } from '#graphql';
import { lineToGraph } from '../../inventory/transport/to-graph.ts';
import { channelOf, type Order } from '../domain/order.ts';
import type { Refund } from '../domain/refund.ts';
import { returnsOf } from '../domain/returns.ts';
import { refundsOf } from '../domain/refunding.ts';

export function orderToGraph(order: Order): object {
  return {
    __typename: 'Order',
    id: order.id,
    event: { __typename: 'Event', id: order.eventId },
    buyer: { __typename: 'User', id: order.buyerId },
    buyerName: order.buyerName,
    buyerEmail: order.buyerEmail,
    channel: channelOf(order),
    paidBy: order.paidBy,
    remark: order.remark,
    state: order.state,
    lines: order.lines.map(lineToGraph),
    total: moneyToGraph(order.total),
    payBy: order.payBy,
    placedAt: order.placedAt,
    reason: order.reason,
    note: order.note,
    returns: returnsOf(order),
    refunds: refundsOf(order).map(refundToGraph),
  };
}

function refundToGraph({ refundId: id, amount, status, plannedAt, failureCode }: Refund): object {
  return { id, amount: moneyToGraph(amount), status, plannedAt, failureCode };
}
