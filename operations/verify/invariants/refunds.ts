import type { House } from '../../house/house.ts';
import { batchesOf, byId } from '../batches.ts';
import {
  type OrderDocument,
  type OrderRefundDocument,
  paidBack,
  type PaymentDocument,
} from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';
import { validTickets } from './money.ts';

/** A refund takes seconds; payments that is away for longer than this is worth a violation of its own. */
const MOVES_WITHIN_MS = 10 * 60_000;

/**
 * An order that is REFUNDING: a refund that the provider refuses waits for a person, which is a warning. Everything else
 * goes on by itself, and is a violation when it has not within {@link MOVES_WITHIN_MS}. An order that is REFUNDED has all
 * its money back and admits nobody; that its units are given back is judged by `pools`.
 */
export const refunds: Invariant = {
  name: 'refunds',
  says: 'an order that gives its money back goes on to its end, and then all of it is paid and no ticket is valid',
  look: async (house, findings) => {
    const orders = house.database('tickets').collection<OrderDocument>('orders');
    const states: OrderDocument['state'][] = ['REFUNDING', 'REFUNDED'];
    const fields = ['state', 'total', 'refunds', 'refundFailedAt', 'driveAt'] as const;
    for await (const batch of batchesOf(orders, { state: { $in: states } }, fields))
      await judgeBatch(house, batch, findings);
  },
};

async function judgeBatch(house: House, batch: readonly OrderDocument[], findings: Findings): Promise<void> {
  const ids = batch.map(({ _id }) => _id);
  const payments = house.database('payments').collection<PaymentDocument>('payments');
  const [paid, valid] = await Promise.all([
    byId(payments, ids, ['state', 'refunds']),
    validTickets(house, ids),
  ]);
  for (const order of batch) {
    findings.judged();
    const payment = paid.get(order._id);
    if (order.state === 'REFUNDING') judgeRefunding(order, payment, findings);
    else judgeRefunded(order, payment, valid.get(order._id) ?? 0, findings);
  }
}

function judgeRefunding(
  { _id: orderId, refunds: parts = [], driveAt }: OrderDocument,
  payment: PaymentDocument | undefined,
  findings: Findings,
): void {
  const refused = parts.find(({ status }) => status === 'FAILED');
  if (refused) {
    const why = refused.failureCode ?? 'no reason';
    findings.warned(
      `refused:${orderId}`,
      `order ${orderId}: its provider refuses refund ${refused.refundId} (${why}); try it again with \`retryRefund\``,
    );
    return;
  }
  // Not by `driveAt` where there is another time: an order that is driven in vain sets it anew each time.
  const planned = parts.map(({ plannedAt }) => plannedAt.getTime());
  const since = planned.length > 0 ? Math.max(...planned) : (driveAt?.getTime() ?? 0);
  if (since > Date.now() - MOVES_WITHIN_MS) return findings.skipped('orders on their way');
  const minutes = MOVES_WITHIN_MS / 60_000;
  findings.violated(
    `stuck:${orderId}`,
    `order ${orderId} is REFUNDING for more than ${minutes} minutes: ${whatIsMissing(parts, payment)}`,
  );
}

function whatIsMissing(parts: readonly OrderRefundDocument[], payment: PaymentDocument | undefined): string {
  if (parts.some(({ status }) => status === 'PLANNED')) return 'no refund was asked of payments';
  if (parts.some(({ status }) => status === 'REQUESTED'))
    return `its refund was asked for, and its payment is ${payment?.state ?? 'not there'}`;
  return 'no money is owed, and it has not ended';
}

function judgeRefunded(
  { _id: orderId, total, refunds: parts = [] }: OrderDocument,
  payment: PaymentDocument | undefined,
  valid: number,
  findings: Findings,
): void {
  const noted = parts
    .filter(({ status }) => status === 'PAID')
    .reduce((sum, { amount }) => sum + amount.amount, 0);
  const back = payment ? paidBack(payment) : 0;
  if (noted !== total.amount || back !== total.amount)
    findings.violated(
      `money:${orderId}`,
      `order ${orderId} is REFUNDED: of its ${total.amount} minor units it notes ${noted} as paid back, and payments ${back}`,
    );
  if (valid > 0)
    findings.violated(
      `tickets:${orderId}`,
      `order ${orderId} is REFUNDED, but ${valid} of its tickets are valid`,
    );
}
