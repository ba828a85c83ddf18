import { batchesOf, byId } from '../batches.ts';
import {
  type IntentDocument,
  isOnItsWay,
  type OrderDocument,
  paidBack,
  type PaymentDocument,
} from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';
import { intentsOf } from '../provider-books.ts';

/** Of the built-in provider; others are asked by their own means. */
export const provider: Invariant = {
  name: 'provider',
  says: 'the provider has taken from nobody twice, and has taken and paid back exactly what payments say',
  look: async (house, findings) => {
    const db = house.database('payments');
    const payments = db.collection<PaymentDocument>('payments');
    const orders = house.database('tickets').collection<OrderDocument>('orders');
    for await (const batch of batchesOf(intentsOf(house), {}, ['orderId', 'amount', 'status', 'refunded'])) {
      const ids = batch.map(({ orderId }) => orderId);
      const [paid, ordered] = await Promise.all([
        byId(payments, ids, ['state', 'intentId', 'amount', 'refunds', 'operation']),
        byId(orders, ids, ['state']),
      ]);
      for (const intent of batch) {
        findings.judged();
        const payment = paid.get(intent.orderId);
        const order = ordered.get(intent.orderId);
        if (payment?.operation || (order && isOnItsWay(order))) findings.skipped('payments on their way');
        else judge(intent, payment, findings);
      }
    }
  },
};

function judge(intent: IntentDocument, payment: PaymentDocument | undefined, findings: Findings): void {
  const { _id: intentId, orderId, amount, status, refunded = 0 } = intent;
  const wrong = (text: string): void =>
    findings.violated(`intent:${intentId}`, `intent ${intentId} of order ${orderId} is ${status}, ${text}`);
  const isOfPayment = payment?.intentId === intentId;
  const saysTaken = payment?.state === 'CAPTURED' || payment?.state === 'REFUNDED';
  if (status !== 'CAPTURED') {
    if (isOfPayment && saysTaken) wrong(`and its payment says ${payment.state}`);
    return;
  }
  if (!isOfPayment) return wrong(`and the order's payment is of ${payment?.intentId ?? 'no intent'}`);
  if (amount.amount !== payment.amount.amount || amount.currency !== payment.amount.currency)
    wrong(`of ${amount.amount} ${amount.currency}, and its payment of ${payment.amount.amount}`);
  if (refunded !== paidBack(payment))
    wrong(`has paid back ${refunded} minor units, and its payment says ${paidBack(payment)}`);
}
