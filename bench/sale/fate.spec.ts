import type { AccountedOrder } from './documents.ts';
import { fateOf } from './fate.ts';

const order = (
  state: string,
  payment: string | null,
  tickets: Readonly<Record<string, string>> = {},
  refunds: readonly string[] = [],
): AccountedOrder => ({
  state,
  payment: payment === null ? null : { state: payment },
  tickets: Object.entries(tickets).map(([id, status]) => ({ id, status })),
  refunds: refunds.map((status) => ({ status })),
});
const placed = { isPaid: false, ticketId: undefined };
const paid = { isPaid: true, ticketId: undefined };
const seen = { isPaid: true, ticketId: 'T1' };
const BOTH = { T1: 'VALID', T2: 'VALID' };
const ONE = { T1: 'VOID', T2: 'VALID' };
const NONE = { T1: 'VOID', T2: 'VOID' };

describe('the fate of an acknowledged order', () => {
  it.each([
    ['is gone', null, placed, 'LOST'],
    ['is completed', order('COMPLETED', 'CAPTURED', BOTH), paid, 'COMPLETED'],
    ['is completed without tickets', order('COMPLETED', null), paid, 'LOST'],
    ['is completed, one ticket void', order('COMPLETED', 'CAPTURED', ONE), paid, 'LOST'],
    ['is completed with other tickets', order('COMPLETED', 'CAPTURED', { T9: 'VALID' }), seen, 'LOST'],
    ['waits to be paid', order('AWAITING_PAYMENT', null), placed, 'UNPAID'],
    ['was paid and waits', order('CLAIMING', 'AUTHORIZED'), paid, 'UNSETTLED'],
    ['was paid, the payment is gone', order('AWAITING_PAYMENT', null), paid, 'UNSETTLED'],
    ['was cancelled, money kept', order('CANCELLED', 'CAPTURED'), paid, 'UNSETTLED'],
    ['was cancelled, money back', order('CANCELLED', 'VOIDED'), paid, 'GIVEN_BACK'],
    ['lost a ticket that was seen', order('REFUNDED', 'REFUNDED', NONE, ['PAID']), seen, 'LOST'],
    ['has tickets unpaid', order('COMPLETED', 'CAPTURED', BOTH), { ...placed, isUnpayable: true }, 'LOST'],
    ['ended at the desk', order('CANCELLED', null), { ...paid, isFromDesk: true }, 'GIVEN_BACK'],
  ] as const)('that %s', (_what, found, known, fate) => {
    expect(fateOf(found, known).kind).toBe(fate);
  });

  it.each([
    ['is completed', order('COMPLETED', 'CAPTURED', BOTH), 'COMPLETED'],
    ['is refunded', order('REFUNDED', 'REFUNDED', NONE, ['PAID']), 'GIVEN_BACK'],
    ['is refunded in part', order('PARTIALLY_REFUNDED', 'CAPTURED', ONE, ['PAID']), 'COMPLETED'],
  ] as const)('that somebody asked to take back without an answer, and %s', (_what, found, fate) => {
    expect(fateOf(found, { ...seen, isAskedBack: true }).kind).toBe(fate);
  });

  it.each([
    ['all of it, and is', 'ALL', order('REFUNDED', 'REFUNDED', NONE, ['PAID']), 'GIVEN_BACK'],
    ['all of it, and is not', 'ALL', order('COMPLETED', 'CAPTURED', BOTH), 'LOST'],
    ['all of it, and it goes on', 'ALL', order('REFUNDING', 'CAPTURED', NONE, ['REQUESTED']), 'UNSETTLED'],
    ['all of it, without money', 'ALL', order('REFUNDED', 'REFUNDED', NONE, ['FAILED']), 'LOST'],
    ['a ticket, and is', ['T1'], order('PARTIALLY_REFUNDED', 'CAPTURED', ONE, ['PAID']), 'COMPLETED'],
    ['another one', ['T2'], order('PARTIALLY_REFUNDED', 'CAPTURED', ONE, ['PAID']), 'LOST'],
    ['one, not all', ['T1'], order('REFUNDED', 'REFUNDED', NONE, ['PAID']), 'LOST'],
  ] as const)('of which was answered that it is taken back: %s', (_what, takenBack, found, fate) => {
    expect(fateOf(found, { ...seen, isAskedBack: true, takenBack }).kind).toBe(fate);
  });

  it.each([
    ['has everything back', order('REFUNDED', 'REFUNDED', NONE, ['PAID']), 'GIVEN_BACK'],
    ['was never paid', order('CANCELLED', null), 'GIVEN_BACK'],
    ['was free', order('REFUNDED', null, NONE), 'GIVEN_BACK'],
    ['still admits', order('REFUNDED', 'REFUNDED', ONE, ['PAID']), 'UNSETTLED'],
    ['still has its money taken', order('CANCELLED', 'CAPTURED'), 'UNSETTLED'],
    ['is as if nothing had happened', order('COMPLETED', 'CAPTURED', BOTH), 'UNSETTLED'],
  ] as const)('whose event is cancelled, and that %s', (_what, found, fate) => {
    expect(fateOf(found, seen, 'ANSWERED').kind).toBe(fate);
  });

  it('is open while nobody knows whether its event is cancelled', () => {
    expect(fateOf(order('COMPLETED', 'CAPTURED', BOTH), seen, 'ASKED').kind).toBe('COMPLETED');
    expect(fateOf(order('REFUNDED', 'REFUNDED', NONE, ['PAID']), seen, 'ASKED').kind).toBe('GIVEN_BACK');
  });
});
