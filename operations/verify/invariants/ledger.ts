import type { House } from '../../house/house.ts';
import { batchesOf, byId } from '../batches.ts';
import { isTaken, isUnsettled, type LedgerDocument, type PaymentDocument } from '../documents.ts';
import type { Findings, Invariant } from '../invariant.ts';

export const ledger: Invariant = {
  name: 'ledger',
  says: 'the entries of every transaction sum to zero, and every transaction is of what a payment has taken or paid back, once and in full, takes back a refund that came back, or is of a dispute',
  look: async (house, findings) => {
    await lookAtTransactions(house, findings);
    await lookAtPayments(house, findings);
  },
};

async function lookAtTransactions(house: House, findings: Findings): Promise<void> {
  const transactions = house.database('payments').collection<LedgerDocument>('ledger');
  const payments = house.database('payments').collection<PaymentDocument>('payments');
  const fields = ['kind', 'orderId', 'currency', 'entries'] as const;
  for await (const batch of batchesOf(transactions, {}, fields)) {
    const [known, opposites] = await Promise.all([
      byId(
        payments,
        batch.map(({ orderId }) => orderId),
        ['paymentId', 'state', 'amount', 'refunds', 'operation', 'doubts', 'disputes'],
      ),
      byId(
        transactions,
        batch.flatMap(({ _id }) => oppositeOf(_id) ?? []),
        ['entries'],
      ),
    ]);
    for (const transaction of batch) {
      findings.judged();
      judgeEntries(transaction, findings);
      const opposite = opposites.get(oppositeOf(transaction._id) ?? '');
      judgeCause(transaction, { payment: known.get(transaction.orderId), opposite }, findings);
    }
  }
}

function judgeEntries({ _id, entries }: LedgerDocument, findings: Findings): void {
  const sum = entries.reduce((before, { amount }) => before + amount, 0);
  if (sum !== 0) findings.violated(`sum:${_id}`, `transaction ${_id} sums to ${sum}, not to zero`);
  if (entries.length < 2 || entries.some(({ amount }) => !Number.isSafeInteger(amount) || amount === 0))
    findings.violated(`entries:${_id}`, `transaction ${_id} has an entry that moves no whole minor units`);
}

/** Nothing is booked that no payment tells of. `opposite`: of a refund its reversal, and the other way round. */
function judgeCause(
  transaction: LedgerDocument,
  { payment, opposite }: { payment: PaymentDocument | undefined; opposite: LedgerDocument | undefined },
  findings: Findings,
): void {
  const { _id, orderId, currency, kind } = transaction;
  const wrong = (text: string): void => findings.violated(`payment:${_id}`, `transaction ${_id} is ${text}`);
  if (!payment) return wrong(`of order ${orderId}, which has no payment`);
  if (currency !== payment.amount.currency)
    return wrong(`in ${currency}, and its payment in ${payment.amount.currency}`);
  if (kind === 'REVERSAL' && !(opposite && isUndone(opposite, transaction)))
    return wrong('of no refund that was booked just the other way round');
  const cause = causeOf(kind === 'REVERSAL' ? (oppositeOf(_id) ?? '') : _id, payment);
  const isTakenBack = kind === 'REVERSAL' || opposite !== undefined;
  if ((cause === undefined) === isTakenBack) {
    const booked = debitOf(transaction);
    if (cause !== undefined && booked !== cause)
      wrong(`of ${booked} minor units, and its payment has moved ${cause}`);
    return;
  }
  // It is booked before it is recorded.
  if (isUnsettled(payment)) findings.skipped('payments on their way');
  else if (cause === undefined) wrong('of nothing that its payment has taken or paid back');
  else if (kind === 'REVERSAL') wrong('of a refund that has not come back by its payment');
}

/** The reversal of a refund, or the refund of a reversal; undefined for a capture. */
function oppositeOf(transactionId: string): string | undefined {
  const [, payment, kind, refundId] = /^([^:]+):(REFUND|REVERSAL):(.+)$/.exec(transactionId) ?? [];
  return kind && `${payment}:${kind === 'REFUND' ? 'REVERSAL' : 'REFUND'}:${refundId}`;
}

/** Together they move nothing on any account. */
function isUndone(refund: LedgerDocument, reversal: LedgerDocument): boolean {
  const sums = new Map<string, number>();
  for (const { account, amount } of [...refund.entries, ...reversal.entries])
    sums.set(account, (sums.get(account) ?? 0) + amount);
  return [...sums.values()].every((sum) => sum === 0);
}

/** What the payment has moved by this transaction, in minor units; undefined for nothing. */
function causeOf(transactionId: string, payment: PaymentDocument): number | undefined {
  if (transactionId === captureBooking(payment)) return isTaken(payment) ? payment.amount.amount : undefined;
  for (const dispute of payment.disputes ?? [])
    if (disputeBookings(payment, dispute).some(({ id }) => id === transactionId))
      return dispute.amount.amount;
  const refund = payment.refunds?.find(({ refundId }) => transactionId === refundBooking(payment, refundId));
  return refund?.refusal === undefined ? refund?.amount.amount : undefined;
}

/** What was taken and paid back is booked. */
async function lookAtPayments(house: House, findings: Findings): Promise<void> {
  const payments = house.database('payments').collection<PaymentDocument>('payments');
  const transactions = house.database('payments').collection<LedgerDocument>('ledger');
  const taken: PaymentDocument['state'][] = ['CAPTURED', 'REFUNDED'];
  for await (const batch of batchesOf(payments, { state: { $in: taken } }, [
    'paymentId',
    'refunds',
    'disputes',
  ])) {
    const owed = batch.flatMap((payment) => [
      { payment, id: captureBooking(payment), what: 'capture' },
      ...(payment.refunds ?? [])
        .filter(({ refusal }) => refusal === undefined)
        .map(({ refundId }) => ({ payment, id: refundBooking(payment, refundId), what: 'refund' })),
      ...(payment.disputes ?? [])
        .flatMap((dispute) => disputeBookings(payment, dispute))
        .map((booking) => ({ payment, ...booking })),
    ]);
    const ids = owed.map(({ id }) => id);
    const booked = await byId(transactions, ids, []);
    for (const { payment, id, what } of owed) {
      findings.judged();
      if (!booked.has(id))
        findings.violated(
          `missing:${id}`,
          `the ${what} of the payment of order ${payment._id} is not in the ledger (${id})`,
        );
    }
  }
}

function captureBooking({ paymentId }: Pick<PaymentDocument, 'paymentId'>): string {
  return `${paymentId}:CAPTURE`;
}

function refundBooking({ paymentId }: Pick<PaymentDocument, 'paymentId'>, refundId: string): string {
  return `${paymentId}:REFUND:${refundId}`;
}

function disputeBookings(
  { paymentId }: Pick<PaymentDocument, 'paymentId'>,
  { disputeId, isReinstated }: { disputeId: string; isReinstated: boolean },
): { id: string; what: string }[] {
  const taken = { id: `${paymentId}:DISPUTE:${disputeId}`, what: 'dispute' };
  const given = { id: `${paymentId}:REINSTATEMENT:${disputeId}`, what: 'won dispute' };
  return isReinstated ? [taken, given] : [taken];
}

function debitOf({ entries }: LedgerDocument): number {
  return entries.reduce((sum, { amount }) => sum + Math.max(amount, 0), 0);
}
