import { batchesOf, byId } from '../batches.ts';
import type { LedgerDocument, PaymentDocument } from '../documents.ts';
import type { Invariant } from '../invariant.ts';

export const ledger: Invariant = {
  name: 'ledger',
  says: 'the entries of every transaction sum to zero, and every transaction is of a payment',
  look: async (house, findings) => {
    const transactions = house.database('payments').collection<LedgerDocument>('ledger');
    const payments = house.database('payments').collection<PaymentDocument>('payments');
    for await (const batch of batchesOf(transactions, {}, ['orderId', 'entries'])) {
      const known = await byId(
        payments,
        batch.map(({ orderId }) => orderId),
        [],
      );
      for (const { _id, orderId, entries } of batch) {
        findings.judged();
        const sum = entries.reduce((before, { amount }) => before + amount, 0);
        if (sum !== 0) findings.violated(`sum:${_id}`, `transaction ${_id} sums to ${sum}, not to zero`);
        if (!known.has(orderId))
          findings.violated(
            `payment:${_id}`,
            `transaction ${_id} is of order ${orderId}, which has no payment`,
          );
      }
    }
  },
};
