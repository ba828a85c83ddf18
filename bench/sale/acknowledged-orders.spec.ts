import { fateOf } from './acknowledged-orders.ts';

const tickets = [{ id: 'T1' }];

describe('the fate of an acknowledged order', () => {
  it.each([
    ['is gone', null, false, 'LOST'],
    ['is completed', { state: 'COMPLETED', payment: { state: 'CAPTURED' }, tickets }, true, 'COMPLETED'],
    ['is completed without tickets', { state: 'COMPLETED', payment: null, tickets: [] }, true, 'LOST'],
    ['waits to be paid', { state: 'AWAITING_PAYMENT', payment: null, tickets: [] }, false, 'UNPAID'],
    [
      'was paid and waits',
      { state: 'CLAIMING', payment: { state: 'AUTHORIZED' }, tickets: [] },
      true,
      'UNSETTLED',
    ],
    [
      'was paid, the payment is gone',
      { state: 'AWAITING_PAYMENT', payment: null, tickets: [] },
      true,
      'UNSETTLED',
    ],
    [
      'was cancelled, money kept',
      { state: 'CANCELLED', payment: { state: 'CAPTURED' }, tickets: [] },
      true,
      'UNSETTLED',
    ],
    [
      'was cancelled, money back',
      { state: 'CANCELLED', payment: { state: 'VOIDED' }, tickets: [] },
      true,
      'GIVEN_BACK',
    ],
  ] as const)('that %s', (_what, order, isPaid, fate) => {
    expect(fateOf(order, { isPaid, ticketId: undefined })).toBe(fate);
  });

  it('is lost when its ticket was seen and is gone, unless somebody asked to take it back', () => {
    const refunded = { state: 'REFUNDED', payment: { state: 'REFUNDED' }, tickets: [] };
    const seen = { isPaid: true, ticketId: 'T1' };
    expect(fateOf(refunded, seen)).toBe('LOST');
    expect(fateOf(refunded, { ...seen, isAskedBack: true })).toBe('GIVEN_BACK');
  });
});
