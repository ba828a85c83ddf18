import type { House } from '../../house/house.ts';
import { batchesOf, byId } from '../batches.ts';
import {
  isUnsettled,
  type OrderDocument,
  type OrderRefundDocument,
  paidBack,
  type PaymentDocument,
  priceOf,
  type TicketDocument,
  unitsOf,
} from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';
import { validTickets } from '../valid-tickets.ts';

/** A refund takes seconds; payments that is away for longer than this is worth a violation of its own. */
const MOVES_WITHIN_MS = 10 * 60_000;

/**
 * An order that is REFUNDING: a refund that the provider refuses, or that came back from the bank after it was paid, waits
 * for a person, which is a warning; what is told of its money must be true meanwhile. Everything else goes on by itself, and is a violation when it has not within {@link MOVES_WITHIN_MS}. An order that is REFUNDED has all
 * its money back and admits nobody; one that is PARTIALLY_REFUNDED has the money of the tickets that were taken back, and
 * admits with the others. That their units are given back is judged by `pools`.
 */
export const refunds: Invariant = {
  name: 'refunds',
  says: 'an order that gives money back goes on to its end, and then just the tickets that were taken back are paid and void',
  look: async (house, findings) => {
    const orders = house.database('tickets').collection<OrderDocument>('orders');
    const states: OrderDocument['state'][] = ['REFUNDING', 'PARTIALLY_REFUNDED', 'REFUNDED'];
    const fields = [
      'state',
      'lines',
      'total',
      'channel',
      'returns',
      'refunds',
      'refundFailedAt',
      'driveAt',
    ] as const;
    for await (const batch of batchesOf(orders, { state: { $in: states } }, fields))
      await judgeBatch(house, batch, findings);
  },
};

async function judgeBatch(house: House, batch: readonly OrderDocument[], findings: Findings): Promise<void> {
  const ids = batch.map(({ _id }) => _id);
  const payments = house.database('payments').collection<PaymentDocument>('payments');
  const inParts = batch.filter(({ state }) => state !== 'REFUNDED');
  const [paid, valid, comeBack] = await Promise.all([
    byId(payments, ids, ['state', 'refunds', 'operation', 'doubts']),
    validTickets(house, ids),
    validAmong(house, inParts.flatMap(returnedTickets)),
  ]);
  for (const order of batch) {
    findings.judged();
    const payment = paid.get(order._id);
    if (order.state === 'REFUNDING') judgeRefunding(order, payment, comeBack, findings);
    else if (order.state === 'PARTIALLY_REFUNDED')
      judgePartlyRefunded(order, payment, { valid: valid.get(order._id) ?? 0, comeBack }, findings);
    else judgeRefunded(order, payment, valid.get(order._id) ?? 0, findings);
  }
}

function judgeRefunding(
  order: OrderDocument,
  payment: PaymentDocument | undefined,
  comeBack: ReadonlySet<string>,
  findings: Findings,
): void {
  const { _id: orderId, refunds: parts = [], driveAt } = order;
  const refused = parts.find(({ status }) => status === 'FAILED');
  if (refused) {
    const why = refused.failureCode ?? 'no reason';
    findings.warned(
      `refused:${orderId}`,
      `order ${orderId}: its provider refuses refund ${refused.refundId} (${why}); try it again with \`retryRefund\``,
    );
    judgeWaiting(order, payment, comeBack, findings);
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

/** Nothing moves until a person tries again, unless another part of it is on its way. */
function judgeWaiting(
  order: OrderDocument,
  payment: PaymentDocument | undefined,
  comeBack: ReadonlySet<string>,
  findings: Findings,
): void {
  const { _id: orderId, refunds: parts = [] } = order;
  const isMoving = parts.some(({ status }) => status === 'PLANNED' || status === 'REQUESTED');
  if (isMoving || (payment && isUnsettled(payment))) return findings.skipped('orders on their way');
  const paid = parts.filter(({ status }) => status === 'PAID');
  judgeMoneyBack(order, payment, sumOf(paid), findings);
  const valid = returnedTickets(order).filter((id) => comeBack.has(id)).length;
  if (valid > 0)
    findings.violated(
      `tickets:${orderId}`,
      `order ${orderId} is REFUNDING, but ${valid} of the tickets that were taken back are valid`,
    );
}

function whatIsMissing(parts: readonly OrderRefundDocument[], payment: PaymentDocument | undefined): string {
  if (parts.some(({ status }) => status === 'PLANNED')) return 'no refund was asked of payments';
  if (parts.some(({ status }) => status === 'REQUESTED'))
    return `its refund was asked for, and its payment is ${payment?.state ?? 'not there'}`;
  return 'no money is owed, and it has not ended';
}

function judgeRefunded(
  order: OrderDocument,
  payment: PaymentDocument | undefined,
  valid: number,
  findings: Findings,
): void {
  const { _id: orderId, total } = order;
  judgeMoneyBack(order, payment, total.amount, findings);
  if (valid > 0)
    findings.violated(
      `tickets:${orderId}`,
      `order ${orderId} is REFUNDED, but ${valid} of its tickets are valid`,
    );
}

function judgePartlyRefunded(
  order: OrderDocument,
  payment: PaymentDocument | undefined,
  { valid, comeBack }: { valid: number; comeBack: ReadonlySet<string> },
  findings: Findings,
): void {
  const { _id: orderId, returns = [] } = order;
  const taken = returnedTickets(order);
  const wrong = (kind: string, text: string): void =>
    findings.violated(`${kind}:${orderId}`, `order ${orderId} is PARTIALLY_REFUNDED, ${text}`);
  judgeMoneyBack(order, payment, priceOf(returns.flatMap(({ lines }) => lines)), findings);
  if (new Set(taken).size !== taken.length) wrong('twice', 'and a ticket of it was taken back twice');
  if (returns.some(({ doneAt }) => !doneAt)) wrong('open', 'and units of it were never given back');
  const voided = taken.filter((id) => !comeBack.has(id)).length;
  if (voided < taken.length)
    wrong('tickets', `but ${taken.length - voided} of the tickets that were taken back are valid`);
  const kept = unitsOf(order) - taken.length;
  if (valid - (taken.length - voided) !== kept)
    wrong('kept', `and has ${valid} valid tickets where ${kept} were kept`);
}

/** What came back by the order's own word and, unless it was paid at the door, by that of payments. */
function judgeMoneyBack(
  order: OrderDocument,
  payment: PaymentDocument | undefined,
  owed: number,
  findings: Findings,
): void {
  const { _id: orderId, state, refunds: parts = [] } = order;
  const noted = sumOf(parts.filter(({ status }) => status === 'PAID'));
  const back = payment ? paidBack(payment) : 0;
  const due = order.channel === 'BOX_OFFICE' ? 0 : owed;
  if (noted !== owed || back !== due)
    findings.violated(
      `money:${orderId}`,
      `order ${orderId} is ${state}: of its ${owed} minor units it notes ${noted} as paid back, and payments ${back}`,
    );
}

function sumOf(parts: readonly OrderRefundDocument[]): number {
  return parts.reduce((sum, { amount }) => sum + amount.amount, 0);
}

function returnedTickets({ returns = [] }: OrderDocument): string[] {
  return returns.flatMap(({ ticketIds }) => ticketIds);
}

async function validAmong(house: House, ticketIds: readonly string[]): Promise<Set<string>> {
  const tickets = house.database('tickets').collection<TicketDocument>('tickets');
  const found = await tickets
    .find({ _id: { $in: [...ticketIds] }, status: 'VALID' }, { projection: { _id: 1 } })
    .toArray();
  return new Set(found.map(({ _id }) => _id));
}
