import { openPayment, type Payment, refundKey } from './payment.ts';
import { doubtedRefund, doubtRefund, recordDoubted, refundOfKey } from './refund-doubts.ts';

const now = new Date('2027-01-01T12:00:00Z');
const eur = (amount: number) => ({ amount, currency: 'EUR' });
const payable = { orderId: 'order', eventId: 'event', buyerId: 'buyer', amount: eur(1_000), payBy: now };
const refunds = [
  { refundId: 'one', amount: eur(400) },
  { refundId: 'two', amount: eur(600) },
];
const refunded: Payment = { ...openPayment(payable, 'payment', 'test', now), state: 'REFUNDED', refunds };

const doubted = doubtRefund(refunded, 'two', now)!;

describe('a refund in doubt', () => {
  it('is asked about soon, and is paid until the provider says that it is not', () => {
    expect(doubted).toMatchObject({ state: 'REFUNDED', doubts: ['two'], version: refunded.version });
    expect(doubted.dueAt!.getTime()).toBeGreaterThan(now.getTime());
    expect(doubtedRefund(doubted)).toEqual(refunds[1]);
    for (const reply of [{ result: 'DONE' }, { result: 'UNDECIDED', waitsFor: 'PROVIDER' }] as const) {
      const sure = recordDoubted(doubted, 'two', reply, now);
      expect(sure).toMatchObject({ state: 'REFUNDED', refunds, version: refunded.version });
      expect([sure.doubts, sure.dueAt]).toEqual([undefined, undefined]);
    }
  });

  it('that the provider refuses now has failed, alone of all', () => {
    const back = recordDoubted(doubted, 'two', { result: 'REFUSED', code: 'CARD_CLOSED' }, now);
    expect(back).toMatchObject({
      state: 'CAPTURED',
      version: refunded.version + 1,
      refunds: [refunds[0], { ...refunds[1], refusal: 'CARD_CLOSED' }],
    });
    expect([back.doubts, back.dueAt]).toEqual([undefined, undefined]);
    expect(doubtRefund(back, 'two', now)).toBeUndefined();
  });

  it('that is doubted again while somebody asks about it is asked about once more', () => {
    // What was heard before must not be written over the second doubt: the revision decides.
    const again = doubtRefund(doubted, 'two', now);
    expect(again).toMatchObject({ doubts: ['two'] });
    expect(again?.revision).toBeGreaterThan(doubted.revision);
  });

  it('is none of a refund that nobody has asked for', () => {
    expect(doubtRefund(refunded, 'three', now)).toBeUndefined();
    expect(refundOfKey(refunded, refundKey(refunded, 'two'))).toBe('two');
    expect(refundOfKey(refunded, 'payment:capture')).toBeUndefined();
    expect(refundOfKey(refunded, 'another payment:refund:two')).toBeUndefined();
  });
});
