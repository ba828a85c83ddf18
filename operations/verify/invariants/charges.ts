import type { Collection } from 'mongodb';
import { formatMoney, type Money } from '#kernel';
import type { House } from '../../house/house.ts';
import { batchesOf, byId } from '../batches.ts';
import { type LedgerDocument, type OrderDocument, paidBack, type PaymentDocument } from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';
import { providerBooks } from '../provider-books.ts';
import { stocksOf } from '../stocks.ts';

const BATCH = 500;

export const charges: Invariant = {
  name: 'charges',
  says: 'what is charged, also by the provider, is what the hold quoted; what it has paid back is what payments says',
  look: async (house, findings) => {
    const orders = house.database('tickets').collection<OrderDocument>('orders');
    const payments = house.database('payments').collection<PaymentDocument>('payments');
    const ledger = house.database('payments').collection<LedgerDocument>('ledger');
    for await (const batch of batchesOf(orders, {}, ['lines', 'total'])) {
      const paid = await byId(
        payments,
        batch.map(({ _id }) => _id),
        ['paymentId', 'intentId', 'amount', 'refunds', 'operation'],
      );
      const bookings = [...paid.values()].map(({ paymentId }) => `${paymentId}:CAPTURE`);
      const [booked, books] = await Promise.all([
        byId(ledger, bookings, ['entries', 'currency']),
        providerBooks(house, [...paid.values()]),
      ]);
      for (const order of batch) {
        findings.judged();
        judgeOrder(order, findings);
        const payment = paid.get(order._id);
        if (!payment) continue;
        judgeCharge(order, 'its payment is of', payment.amount, findings);
        const booking = booked.get(`${payment.paymentId}:CAPTURE`);
        if (booking) judgeCharge(order, 'the ledger has', debitOf(booking), findings);
        const intent = books.get(payment.intentId ?? '');
        if (!intent) continue;
        judgeCharge(order, 'its provider charges', intent.amount, findings);
        const [there, here] = [intent.refunded ?? 0, paidBack(payment)];
        if (!payment.operation && there !== here)
          findings.violated(
            `refunded:${order._id}`,
            `order ${order._id}: its provider has paid back ${there} minor units, and payments says ${here}`,
          );
      }
    }
    await lookAtQuotes(house, orders, findings);
  },
};

/** Of holds that Redis still remembers: a quarter of an hour from their end. */
async function lookAtQuotes(
  house: House,
  orders: Collection<OrderDocument>,
  findings: Findings,
): Promise<void> {
  for await (const { holds } of stocksOf(house)) {
    const ids = [...holds].flatMap(([id, { total }]) => (total === undefined ? [] : [id]));
    for (let from = 0; from < ids.length; from += BATCH) {
      const made = orders.find(
        { holdId: { $in: ids.slice(from, from + BATCH) } },
        { projection: { holdId: 1, total: 1 } },
      );
      for await (const { _id, holdId, total } of made) {
        findings.judged();
        const quoted = holds.get(holdId)?.total;
        if (quoted !== undefined && quoted !== total.amount)
          findings.violated(
            `quote:${_id}`,
            `order ${_id} is of ${shown(total)}, and its hold quoted ${quoted} minor units`,
          );
      }
    }
  }
}

/** The lines carry the prices that the hold froze. */
function judgeOrder({ _id, lines, total }: OrderDocument, findings: Findings): void {
  const amount = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amount, 0);
  const foreign = lines.some(({ unitPrice }) => unitPrice.currency !== total.currency);
  if (amount !== total.amount || foreign)
    findings.violated(
      `order:${_id}`,
      `order ${_id} is of ${shown(total)}, and its lines of ${amount} minor units`,
    );
}

function judgeCharge({ _id, total }: OrderDocument, what: string, charged: Money, findings: Findings): void {
  if (charged.amount !== total.amount || charged.currency !== total.currency)
    findings.violated(`${what}:${_id}`, `order ${_id} is of ${shown(total)}, and ${what} ${shown(charged)}`);
}

function debitOf({ entries, currency }: LedgerDocument): Money {
  return { amount: entries.reduce((sum, { amount }) => sum + Math.max(amount, 0), 0), currency };
}

/** Also what no right price would be, such as an amount without a currency. */
function shown(price: Money): string {
  return /^[A-Z]{3}$/.test(price.currency) ? formatMoney(price) : `${price.amount} ${price.currency}`;
}
