import type { Collection } from 'mongodb';
import { formatMoney, type Money } from '#kernel';
import type { House } from '../../house/house.ts';
import { BATCH, batchesOf, byId } from '../batches.ts';
import { type OrderDocument, type PaymentDocument, priceOf } from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';
import { stocksOf } from '../stocks.ts';

export const charges: Invariant = {
  name: 'charges',
  says: 'what is charged is what the hold quoted: the quote, the lines and the total of an order, and its payment, are the same',
  look: async (house, findings) => {
    const orders = house.database('tickets').collection<OrderDocument>('orders');
    const payments = house.database('payments').collection<PaymentDocument>('payments');
    for await (const batch of batchesOf(orders, {}, ['lines', 'total'])) {
      const ids = batch.map(({ _id }) => _id);
      const paid = await byId(payments, ids, ['amount']);
      for (const order of batch) {
        findings.judged();
        judgeLines(order, findings);
        const payment = paid.get(order._id);
        if (payment) judgePayment(order, payment.amount, findings);
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
function judgeLines({ _id, lines, total }: OrderDocument, findings: Findings): void {
  const amount = priceOf(lines);
  const foreign = lines.some(({ unitPrice }) => unitPrice.currency !== total.currency);
  if (amount !== total.amount || foreign)
    findings.violated(
      `order:${_id}`,
      `order ${_id} is of ${shown(total)}, and its lines of ${amount} minor units`,
    );
}

function judgePayment({ _id, total }: OrderDocument, charged: Money, findings: Findings): void {
  if (charged.amount !== total.amount || charged.currency !== total.currency)
    findings.violated(
      `payment:${_id}`,
      `order ${_id} is of ${shown(total)}, and its payment is of ${shown(charged)}`,
    );
}

/** Also what no right price would be, such as an amount without a currency. */
function shown(price: Money): string {
  return /^[A-Z]{3}$/.test(price.currency) ? formatMoney(price) : `${price.amount} ${price.currency}`;
}
