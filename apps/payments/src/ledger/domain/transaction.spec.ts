import fc from 'fast-check';
import { MAX_AMOUNT } from '#kernel';
import { captureTransaction, organizationPayable, providerClearing } from './transaction.ts';

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
