import type { House } from '../../house/house.ts';
import { batchesOf, byId } from '../batches.ts';
import type { LedgerDocument, PaymentDocument } from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';

export const ledger: Invariant = {
  name: 'ledger',
  says: 'the entries of every transaction sum to zero, and every transaction is of what a payment has taken or paid back, once and in full',
  look: async (house, findings) => {
    await lookAtTransactions(house, findings);
    await lookAtRefunds(house, findings);
  },
};

async function lookAtTransactions(house: House, findings: Findings): Promise<void> {
  const transactions = house.database('payments').collection<LedgerDocument>('ledger');
  const payments = house.database('payments').collection<PaymentDocument>('payments');
  const fields = ['kind', 'orderId', 'currency', 'entries'] as const;
  for await (const batch of batchesOf(transactions, {}, fields)) {
    const known = await byId(
      payments,
      batch.map(({ orderId }) => orderId),
      ['paymentId', 'amount', 'refunds', 'operation'],
    );
    for (const transaction of batch) {
      findings.judged();
      judgeEntries(transaction, findings);
      judgeCause(transaction, known.get(transaction.orderId), findings);
    }
  }
}

function judgeEntries({ _id, entries }: LedgerDocument, findings: Findings): void {
  const sum = entries.reduce((before, { amount }) => before + amount, 0);
  if (sum !== 0) findings.violated(`sum:${_id}`, `transaction ${_id} sums to ${sum}, not to zero`);
  if (entries.length < 2 || entries.some(({ amount }) => !Number.isSafeInteger(amount) || amount === 0))
    findings.violated(`entries:${_id}`, `transaction ${_id} has an entry that moves no whole minor units`);
}

/** Nothing is booked that no payment tells of. The other way round for captures is judged by `money`. */
function judgeCause(
  transaction: LedgerDocument,
  payment: PaymentDocument | undefined,
  findings: Findings,
): void {
  const { _id, orderId, currency } = transaction;
  const wrong = (text: string): void => findings.violated(`payment:${_id}`, `transaction ${_id} is ${text}`);
  if (!payment) return wrong(`of order ${orderId}, which has no payment`);
  if (currency !== payment.amount.currency)
    return wrong(`in ${currency}, and its payment in ${payment.amount.currency}`);
  if (_id === `${payment.paymentId}:CAPTURE`) return;
  const refund = payment.refunds?.find(({ refundId }) => _id === refundBooking(payment, refundId));
  // It is booked before it is recorded.
  if (!refund && payment.operation) return findings.skipped('payments on their way');
  if (!refund || refund.refusal !== undefined)
    return wrong(`no capture of its payment, and no refund that was paid`);
  const booked = debitOf(transaction);
  if (booked !== refund.amount.amount)
    wrong(`of ${booked} minor units, and its refund of ${refund.amount.amount}`);
}

/** What was paid back is booked. */
async function lookAtRefunds(house: House, findings: Findings): Promise<void> {
  const payments = house.database('payments').collection<PaymentDocument>('payments');
  const transactions = house.database('payments').collection<LedgerDocument>('ledger');
  const refunded = { 'refunds.0': { $exists: true } };
  for await (const batch of batchesOf(payments, refunded, ['paymentId', 'refunds'])) {
    const paid = batch.flatMap((payment) =>
      (payment.refunds ?? [])
        .filter(({ refusal }) => refusal === undefined)
        .map(({ refundId }) => refundBooking(payment, refundId)),
    );
    const booked = await byId(transactions, paid, []);
    for (const id of paid) {
      findings.judged();
      if (!booked.has(id))
        findings.violated(`missing:${id}`, `refund ${id} was paid and is not in the ledger`);
    }
  }
}

function refundBooking({ paymentId }: Pick<PaymentDocument, 'paymentId'>, refundId: string): string {
  return `${paymentId}:REFUND:${refundId}`;
}

function debitOf({ entries }: LedgerDocument): number {
  return entries.reduce((sum, { amount }) => sum + Math.max(amount, 0), 0);
}
