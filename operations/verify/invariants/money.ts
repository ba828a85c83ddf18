import type { House } from '../../house/house.ts';
import { batchesOf, byId } from '../batches.ts';
import {
  isFromDesk,
  isOnItsWay,
  type LedgerDocument,
  type OrderDocument,
  paidBack,
  type PaymentDocument,
  type TicketDocument,
  unitsOf,
} from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';
import { providerBooks } from '../provider-books.ts';

const ORDER_FIELDS = ['state', 'lines', 'total', 'channel', 'paidBy'] as const;

export const money: Invariant = {
  name: 'money',
  says: 'captured money has its valid tickets or a refund; a payment that was not captured has neither tickets nor a charge',
  look: async (house, findings) => {
    await lookAtPayments(house, findings);
    await lookAtOrders(house, findings);
    await lookAtTickets(house, findings);
  },
};

async function lookAtPayments(house: House, findings: Findings): Promise<void> {
  const payments = house.database('payments').collection<PaymentDocument>('payments');
  const fields = ['paymentId', 'intentId', 'state', 'amount', 'refunds', 'operation'] as const;
  for await (const batch of batchesOf(payments, {}, fields)) {
    const ids = batch.map(({ _id }) => _id);
    const [orders, valid, booked, books] = await Promise.all([
      byId(house.database('tickets').collection<OrderDocument>('orders'), ids, ORDER_FIELDS),
      validTickets(house, ids),
      capturesBooked(house, batch),
      providerBooks(house, batch),
    ]);
    for (const payment of batch) {
      findings.judged();
      const order = orders.get(payment._id);
      if (order && isOnItsWay(order)) findings.skipped('orders on their way');
      else judgePayment(payment, order, valid.get(payment._id) ?? 0, findings);
      const taken = payment.state === 'CAPTURED' || payment.state === 'REFUNDED';
      if (booked.has(payment.paymentId) !== taken)
        findings.violated(
          `ledger:${payment._id}`,
          `payment of order ${payment._id} is ${payment.state} and ${taken ? 'not in' : 'in'} the ledger as captured`,
        );
      judgeAtProvider(payment, books.get(payment.intentId ?? '')?.status, findings);
    }
  }
}

/** `status`: of the intent in the provider's own books, if they can be read. */
function judgeAtProvider(payment: PaymentDocument, status: string | undefined, findings: Findings): void {
  if (status === undefined) return;
  const { _id: orderId, state, intentId, operation } = payment;
  const taken = state === 'CAPTURED' || state === 'REFUNDED';
  const wrong = (text: string): void =>
    findings.violated(
      `charge:${orderId}`,
      `payment of order ${orderId} is ${state}, but its provider ${text} (${intentId})`,
    );
  if (status === 'CAPTURED' && !taken) wrong('has taken the money');
  if (operation) return;
  if (taken && status !== 'CAPTURED') wrong(`has not taken the money: the intent is ${status}`);
  if ((state === 'VOIDED' || state === 'FAILED') && status === 'AUTHORIZED')
    wrong('still reserves the money');
}

function judgePayment(
  payment: PaymentDocument,
  order: OrderDocument | undefined,
  valid: number,
  findings: Findings,
): void {
  const { _id: orderId, state } = payment;
  const wrong = (text: string): void =>
    findings.violated(`payment:${orderId}`, `payment of order ${orderId} is ${state}, ${text}`);
  if (!order) return wrong('and there is no such order');
  const units = unitsOf(order);
  switch (state) {
    case 'CAPTURED':
    case 'REFUNDED':
      return judgeTaken(payment, order, { valid, units }, wrong);
    case 'PENDING':
    case 'AUTHORIZED':
    case 'FAILED':
    case 'VOIDED':
      if (valid > 0) wrong(`but ${valid} of its tickets are valid`);
  }
}

function judgeTaken(
  { state, amount, refunds }: PaymentDocument,
  order: OrderDocument,
  { valid, units }: { valid: number; units: number },
  wrong: (text: string) => void,
): void {
  const refunded = state === 'REFUNDED' && !refunds?.length ? amount.amount : paidBack({ refunds });
  if (refunded >= amount.amount) {
    if (valid > 0) wrong(`all of it refunded, but ${valid} of its tickets are valid`);
  } else if (refunded > 0) {
    if (valid >= units) wrong(`${refunded} refunded, but all ${units} of its tickets are valid`);
  } else if (valid !== units)
    wrong(`nothing refunded, but ${valid} of its ${units} tickets are valid (order ${order.state})`);
}

async function lookAtOrders(house: House, findings: Findings): Promise<void> {
  const orders = house.database('tickets').collection<OrderDocument>('orders');
  const payments = house.database('payments').collection<PaymentDocument>('payments');
  const ended: OrderDocument['state'][] = ['COMPLETED', 'EXPIRED', 'CANCELLED'];
  for await (const batch of batchesOf(orders, { state: { $in: ended } }, ORDER_FIELDS)) {
    const ids = batch.map(({ _id }) => _id);
    const [paid, valid] = await Promise.all([byId(payments, ids, ['state']), validTickets(house, ids)]);
    for (const order of batch) {
      findings.judged();
      const tickets = valid.get(order._id) ?? 0;
      const owed = order.state === 'COMPLETED' ? unitsOf(order) : 0;
      // What was paid for is judged by its payment.
      if (!paid.has(order._id) && tickets !== owed)
        findings.violated(
          `order:${order._id}`,
          `order ${order._id} is ${order.state} with ${tickets} valid tickets instead of ${owed}`,
        );
      if (isFromDesk(order)) judgeDesk(order, paid.has(order._id), findings);
      else if (order.state === 'COMPLETED' && order.total.amount > 0 && !paid.has(order._id))
        findings.violated(`unpaid:${order._id}`, `order ${order._id} is COMPLETED and nobody paid for it`);
    }
  }
}

/** What is given away costs nothing; what is sold at the door says how it was paid. Neither is paid on the platform. */
function judgeDesk(order: OrderDocument, hasPayment: boolean, findings: Findings): void {
  const { _id, channel, total, paidBy } = order;
  const wrong = (text: string): void =>
    findings.violated(`desk:${_id}`, `order ${_id} is ${channel}, ${text}`);
  if (hasPayment) wrong('and has a payment on the platform');
  if (channel === 'COMPLIMENTARY' && total.amount > 0) wrong(`and costs ${total.amount} minor units`);
  if (channel === 'BOX_OFFICE' && paidBy === undefined) wrong('and nobody noted how it was paid');
}

async function lookAtTickets(house: House, findings: Findings): Promise<void> {
  const tickets = house.database('tickets').collection<TicketDocument>('tickets');
  const orders = house.database('tickets').collection<OrderDocument>('orders');
  for await (const batch of batchesOf(tickets, { status: 'VALID' }, ['orderId'])) {
    const known = await byId(
      orders,
      batch.map(({ orderId }) => orderId),
      [],
    );
    for (const { _id, orderId } of batch) {
      findings.judged();
      if (!known.has(orderId))
        findings.violated(`ticket:${_id}`, `ticket ${_id} is valid, and its order ${orderId} is not there`);
    }
  }
}

export async function validTickets(house: House, orderIds: readonly string[]): Promise<Map<string, number>> {
  const counts = await house
    .database('tickets')
    .collection('tickets')
    .aggregate<{ _id: string; valid: number }>([
      { $match: { orderId: { $in: orderIds }, status: 'VALID' } },
      { $group: { _id: '$orderId', valid: { $sum: 1 } } },
    ])
    .toArray();
  return new Map(counts.map(({ _id, valid }) => [_id, valid]));
}

/** Payments whose capture stands in the ledger. */
async function capturesBooked(house: House, payments: readonly PaymentDocument[]): Promise<Set<string>> {
  const ledger = house.database('payments').collection<LedgerDocument>('ledger');
  const ids = payments.map(({ paymentId }) => `${paymentId}:CAPTURE`);
  const found = await byId(ledger, ids, []);
  return new Set([...found.keys()].map((id) => id.slice(0, -':CAPTURE'.length)));
}
