import fc from 'fast-check';
import { MAX_AMOUNT } from '#kernel';
import {
  captureTransaction,
  organizationPayable,
  providerClearing,
  refundTransaction,
  reversalTransaction,
} from './transaction.ts';

const captured = {
  paymentId: 'payment',
  orderId: 'order',
  eventId: 'event',
  amount: { amount: 4_250, currency: 'EUR' },
  provider: 'test',
  organizationId: 'organization',
};
const at = new Date('2027-01-01T12:00:00Z');

describe('the booking of a capture', () => {
  it('debits what the provider owes and credits what the organization is owed', () => {
    expect(captureTransaction(captured, at)).toEqual({
      id: 'payment:CAPTURE',
      kind: 'CAPTURE',
      orderId: 'order',
      eventId: 'event',
      currency: 'EUR',
      entries: [
        { account: providerClearing('test'), amount: 4_250 },
        { account: organizationPayable('organization'), amount: -4_250 },
      ],
      bookedAt: at,
    });
  });

  it('sums to zero for every amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_AMOUNT }), (amount) => {
        const { entries } = captureTransaction({ ...captured, amount: { amount, currency: 'JPY' } }, at);
        expect(entries.reduce((sum, entry) => sum + entry.amount, 0)).toBe(0);
        expect(Math.max(...entries.map((entry) => entry.amount))).toBe(amount);
      }),
    );
  });
});

describe('the booking of a refund', () => {
  const refunded = { ...captured, refundId: 'refund' };

  it('is a capture turned round, under an id of its own', () => {
    expect(refundTransaction(refunded, at)).toMatchObject({
      id: 'payment:REFUND:refund',
      kind: 'REFUND',
      entries: [
        { account: organizationPayable('organization'), amount: 4_250 },
        { account: providerClearing('test'), amount: -4_250 },
      ],
    });
  });

  it('is turned round again when the refund comes back: both stand, and together move nothing', () => {
    const reversal = reversalTransaction(refunded, at);
    expect(reversal).toMatchObject({ id: 'payment:REVERSAL:refund', kind: 'REVERSAL' });
    expect(reversal.entries).toEqual(captureTransaction(captured, at).entries);
  });

  it('sums to zero, and clears both accounts when all of the capture is refunded', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MAX_AMOUNT }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (amount, share) => {
          const first = Math.floor(amount * share);
          const parts = [first, amount - first].map((part, i) =>
            refundTransaction(
              { ...refunded, refundId: `${i}`, amount: { amount: part, currency: 'JPY' } },
              at,
            ),
          );
          for (const { entries } of parts) expect(sumOf(entries)).toBe(0);
          const capture = captureTransaction({ ...captured, amount: { amount, currency: 'JPY' } }, at);
          const all = [capture, ...parts].flatMap(({ entries }) => entries);
          for (const account of new Set(all.map((entry) => entry.account))) {
            expect(sumOf(all.filter((entry) => entry.account === account))).toBe(0);
          }
        },
      ),
    );
  });

  function sumOf(entries: readonly { amount: number }[]): number {
    return entries.reduce((sum, { amount }) => sum + amount, 0);
  }
});
