import type { House } from '../../house/house.ts';
import { batchesOf, byId } from '../batches.ts';
import {
  disputed,
  type IntentDocument,
  isTaken,
  isUnsettled,
  paidBack,
  type PaymentDocument,
} from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';
import { intentsOf } from '../provider-books.ts';

/** Name of the built-in provider, whose books can be read; others are asked by their own means. */
const BUILT_IN = 'test';

const FIELDS = ['orderId', 'amount', 'status', 'refunded', 'dispute'] as const;

/** Everything that is between a payment and its provider. */
export const provider: Invariant = {
  name: 'provider',
  says: 'the provider has taken from nobody twice, and has reserved, taken, paid back and lost to banks exactly what payments say',
  look: async (house, findings) => {
    await lookAtIntents(house, findings);
    await lookAtPayments(house, findings);
  },
};

async function lookAtIntents(house: House, findings: Findings): Promise<void> {
  const payments = house.database('payments').collection<PaymentDocument>('payments');
  for await (const batch of batchesOf(intentsOf(house), {}, FIELDS)) {
    const paid = await byId(
      payments,
      batch.map(({ orderId }) => orderId),
      ['state', 'intentId', 'amount', 'refunds', 'operation', 'doubts', 'disputes'],
    );
    for (const intent of batch) {
      findings.judged();
      const payment = paid.get(intent.orderId);
      if (payment && isUnsettled(payment)) findings.skipped('payments on their way');
      else judgeIntent(intent, payment, findings);
    }
  }
}

function judgeIntent(intent: IntentDocument, payment: PaymentDocument | undefined, findings: Findings): void {
  const { _id: intentId, orderId, amount, status, refunded = 0, dispute } = intent;
  const wrong = (subject: string, text: string): void =>
    findings.violated(
      `${subject}:${intentId}`,
      `intent ${intentId} of order ${orderId} is ${status}, ${text}`,
    );
  const hasMoney = status === 'CAPTURED' || status === 'AUTHORIZED';
  if (payment?.intentId !== intentId) {
    if (hasMoney) wrong('payment', `and the order's payment is of ${payment?.intentId ?? 'no intent'}`);
    return;
  }
  const { state } = payment;
  const reserves =
    status === 'AUTHORIZED' && (state === 'PENDING' || state === 'VOIDED' || state === 'FAILED');
  if (isTaken(payment) !== (status === 'CAPTURED') || reserves)
    wrong('state', `and its payment says ${state}`);
  if (amount.amount !== payment.amount.amount || amount.currency !== payment.amount.currency)
    wrong(
      'amount',
      `of ${amount.amount} ${amount.currency}, and its payment of ${payment.amount.amount} ${payment.amount.currency}`,
    );
  if (refunded !== paidBack(payment))
    wrong('refunded', `has paid back ${refunded} minor units, and its payment says ${paidBack(payment)}`);
  const withBank = dispute?.moved === 'WITHDRAWN' ? amount.amount : 0;
  if (withBank !== disputed(payment))
    wrong(
      'disputed',
      `a bank has taken ${withBank} minor units of it, and its payment says ${disputed(payment)}`,
    );
}

/** What the provider must know of. */
async function lookAtPayments(house: House, findings: Findings): Promise<void> {
  const payments = house.database('payments').collection<PaymentDocument>('payments');
  const settled: PaymentDocument['state'][] = ['AUTHORIZED', 'CAPTURED', 'REFUNDED'];
  const known = { provider: BUILT_IN, state: { $in: settled } };
  for await (const batch of batchesOf(payments, known, ['intentId', 'state'])) {
    const books = await byId(
      intentsOf(house),
      batch.flatMap(({ intentId }) => intentId ?? []),
      [],
    );
    for (const { _id: orderId, intentId = 'none', state } of batch) {
      findings.judged();
      if (!books.has(intentId))
        findings.violated(
          `unknown:${orderId}`,
          `payment of order ${orderId} is ${state}, and its provider does not know its intent (${intentId})`,
        );
    }
  }
}
