import type { House } from '../../house/house.ts';
import { batchesOf, byId } from '../batches.ts';
import {
  isFromDesk,
  isOnItsWay,
  type OrderDocument,
  paidBack,
  type PaymentDocument,
  type TicketDocument,
  unitsOf,
} from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';
import { validTickets } from '../valid-tickets.ts';

const ORDER_FIELDS = ['state', 'lines', 'total', 'channel', 'paidBy'] as const;

export const money: Invariant = {
  name: 'money',
  says: 'captured money has its valid tickets or a refund; a payment that was not captured has no tickets',
  look: async (house, findings) => {
    await lookAtPayments(house, findings);
    await lookAtOrders(house, findings);
    await lookAtTickets(house, findings);
  },
};

async function lookAtPayments(house: House, findings: Findings): Promise<void> {
  const payments = house.database('payments').collection<PaymentDocument>('payments');
  const orders = house.database('tickets').collection<OrderDocument>('orders');
  for await (const batch of batchesOf(payments, {}, ['state', 'amount', 'refunds'])) {
    const ids = batch.map(({ _id }) => _id);
    const [ordered, valid] = await Promise.all([
      byId(orders, ids, ['state', 'lines']),
      validTickets(house, ids),
    ]);
    for (const payment of batch) {
      findings.judged();
      const order = ordered.get(payment._id);
      if (order && isOnItsWay(order)) findings.skipped('orders on their way');
      else judgePayment(payment, order, valid.get(payment._id) ?? 0, findings);
    }
  }
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
