import type { OrderState } from '#contracts';
import { INVALID_METHOD, type Outcome } from './operation.ts';
import {
  beginTry,
  FIRST_LOOK_MS,
  isBusy,
  isPaid,
  MAX_TRIES,
  openPayment,
  paidBack,
  type Payment,
  postpone,
  record,
  settle,
} from './payment.ts';
import { whyNotPayable } from './why-not-payable.ts';

const start = new Date('2027-01-01T12:00:00Z');
const later = (ms: number) => new Date(start.getTime() + ms);
const payBy = later(15 * 60_000);

const DONE: Outcome = { result: 'DONE' };
const DECLINED: Outcome = { result: 'REFUSED', code: 'CARD_DECLINED' };

const order = (state: OrderState) => ({
  orderId: 'order',
  organizationId: 'organization',
  state,
  version: 1,
});
const opened = () =>
  openPayment(
    {
      orderId: 'order',
      eventId: 'event',
      buyerId: 'buyer',
      amount: { amount: 1_000, currency: 'EUR' },
      payBy,
    },
    'payment',
    'test',
    start,
  );
const tried = (outcome: Outcome, payment = opened()) =>
  record(beginTry(payment, 'card', start), 'intent', outcome, start);
const authorized = () => tried(DONE);
const settled = (payment: Payment, state: OrderState) => {
  const next = settle(payment, order(state), start);
  if (!next) throw new Error(`nothing to settle for ${state}`);
  return next;
};

describe('a try to pay', () => {
  it('is written down with its key before anything else, and looked at soon', () => {
    const begun = beginTry(opened(), 'card', start);
    expect(begun).toMatchObject({ state: 'PENDING', tries: 1, version: 0, revision: 1 });
    expect(begun.operation).toEqual({
      kind: 'AUTHORIZE',
      key: 'payment:authorize:1',
      method: 'card',
      startedAt: start,
    });
    expect(begun.dueAt).toEqual(later(FIRST_LOOK_MS));
  });

  it('that succeeds authorizes, and the payment stays due until its order is decided', () => {
    const payment = authorized();
    expect(payment).toMatchObject({ state: 'AUTHORIZED', version: 1, intentId: 'intent' });
    expect(payment.operation).toBeUndefined();
    expect(payment.dueAt).toEqual(later(FIRST_LOOK_MS));
    expect(isPaid(payment)).toBe(true);
  });

  it('that is declined leaves the order payable by another, with another key', () => {
    const payment = tried(DECLINED);
    expect(payment).toMatchObject({ state: 'PENDING', failureCode: 'CARD_DECLINED', version: 1 });
    expect(whyNotPayable(payment, order('AWAITING_PAYMENT'), start)).toBeUndefined();
    const second = beginTry(payment, 'card', start);
    expect(second.operation?.key).toBe('payment:authorize:2');
    expect(record(second, 'intent', DONE, start)).toMatchObject({
      state: 'AUTHORIZED',
      failureCode: undefined,
    });
  });

  it('with a method that does not exist is nothing that others hear of', () => {
    expect(tried({ result: 'REFUSED', code: INVALID_METHOD })).toMatchObject({
      state: 'PENDING',
      version: 0,
    });
  });

  it('is the last after MAX_TRIES', () => {
    let payment = opened();
    for (let n = 1; n < MAX_TRIES; n++) payment = tried(DECLINED, payment);
    expect(whyNotPayable(payment, undefined, start)).toBeUndefined();
    payment = tried(DECLINED, payment);
    expect(payment).toMatchObject({ state: 'FAILED', failureCode: 'CARD_DECLINED' });
    expect(payment.dueAt).toBeUndefined();
    expect(whyNotPayable(payment, undefined, start)).toMatchObject({
      code: 'WRONG_STATE',
      currentState: 'FAILED',
    });
  });
});

describe('whether an order can be paid now', () => {
  it('does not wait for the fact of the order', () => {
    expect(whyNotPayable(opened(), undefined, start)).toBeUndefined();
  });

  it('ends with payBy, to the millisecond', () => {
    expect(whyNotPayable(opened(), undefined, new Date(payBy.getTime() - 1))).toBeUndefined();
    expect(whyNotPayable(opened(), undefined, payBy)?.code).toBe('PAYMENT_EXPIRED');
  });

  it.each([
    ['EXPIRED', 'PAYMENT_EXPIRED'],
    ['CANCELLED', 'WRONG_STATE'],
    ['CONFIRMED', 'WRONG_STATE'],
  ] as const)('is no for an order that is %s: %s', (state, code) => {
    expect(whyNotPayable(opened(), order(state), start)?.code).toBe(code);
  });

  it.each(['EXPIRED', 'CANCELLED'] as const)('is too late once it was tried in vain, and is %s', (state) => {
    const withdrawn = { ...opened(), state: 'VOIDED' } as const;
    const code = state === 'EXPIRED' ? 'PAYMENT_EXPIRED' : 'WRONG_STATE';
    expect(whyNotPayable(withdrawn, order(state), start)?.code).toBe(code);
    expect(whyNotPayable(withdrawn, order(state), payBy)?.code).toBe('PAYMENT_EXPIRED');
    expect(whyNotPayable({ ...withdrawn, state: 'REFUNDED' }, order(state), payBy)?.code).toBe('WRONG_STATE');
  });

  it('is later while another try is under way', () => {
    expect(whyNotPayable(beginTry(opened(), 'card', start), undefined, start)?.code).toBe('RETRY_LATER');
  });
});

describe('what becomes of the money', () => {
  it.each(['AWAITING_PAYMENT', 'CLAIMING'] as const)('waits while the order is %s', (state) => {
    expect(settle(authorized(), order(state), start)).toBeUndefined();
  });

  it.each(['CONFIRMED', 'ISSUING', 'COMPLETED'] as const)('is taken when the order is %s', (state) => {
    const capturing = settled(authorized(), state);
    expect(capturing.operation).toMatchObject({
      kind: 'CAPTURE',
      key: 'payment:capture',
      organizationId: 'organization',
    });
    expect(isPaid(capturing)).toBe(true);
    const captured = record(capturing, 'intent', DONE, start);
    expect(captured).toMatchObject({ state: 'CAPTURED', version: 2, dueAt: undefined });
    expect(isBusy(captured)).toBe(false);
  });

  it('waits when the order expired before it was authorized: its units may be had again', () => {
    expect(settle(authorized(), order('EXPIRED'), start)).toBeUndefined();
  });

  it.each(['CANCELLING', 'CANCELLED'] as const)('is given free when the order is %s', (state) => {
    const voiding = settled(authorized(), state);
    expect(voiding.operation).toMatchObject({ kind: 'VOID', key: 'payment:void' });
    expect(isPaid(voiding)).toBe(false);
    expect(record(voiding, 'intent', DONE, start)).toMatchObject({
      state: 'VOIDED',
      version: 2,
      dueAt: undefined,
    });
  });

  it('is not decided while an operation is without its outcome', () => {
    expect(settle(beginTry(opened(), 'card', start), order('CANCELLED'), start)).toBeUndefined();
    expect(settle(settled(authorized(), 'CONFIRMED'), order('CANCELLED'), start)).toBeUndefined();
  });

  it('that was never authorized ends with the order', () => {
    expect(settled(tried(DECLINED), 'EXPIRED')).toMatchObject({
      state: 'FAILED',
      failureCode: 'CARD_DECLINED',
    });
    expect(settle(tried(DECLINED), order('AWAITING_PAYMENT'), start)).toBeUndefined();
  });

  it('is lost when the provider refuses the capture', () => {
    const outcome: Outcome = { result: 'REFUSED', code: 'NOT_AUTHORIZED' };
    const failed = record(settled(authorized(), 'CONFIRMED'), 'intent', outcome, start);
    expect(failed).toMatchObject({ state: 'FAILED', failureCode: 'NOT_AUTHORIZED', dueAt: undefined });
  });

  it('is for people to look at when the provider refuses a void', () => {
    const voiding = settled(authorized(), 'CANCELLED');
    expect(() => record(voiding, 'intent', { result: 'REFUSED', code: 'ALREADY_CAPTURED' }, start)).toThrow(
      /ALREADY_CAPTURED/,
    );
  });
});

describe('paying back', () => {
  const captured = () => record(settled(authorized(), 'CONFIRMED'), 'intent', DONE, start);
  const asks = (...refundIds: string[]) => ({
    ...order('REFUNDING'),
    refunds: refundIds.map((refundId) => ({ refundId, amount: { amount: 1_000, currency: 'EUR' } })),
  });

  it('is done once for each id, and ends the payment when all is paid back', () => {
    const refunding = settle(captured(), asks('one'), start)!;
    expect(refunding.operation).toMatchObject({ kind: 'REFUND', key: 'payment:refund:one' });
    const refunded = record(refunding, 'intent', DONE, start);
    expect(refunded).toMatchObject({ state: 'REFUNDED', version: 3, dueAt: undefined });
    expect(paidBack(refunded.refunds)).toBe(1_000);
    expect(settle(refunded, asks('one'), start)).toBeUndefined();
    expect(settle(refunded, asks('one', 'two'), start)).toBeUndefined();
  });

  it('that is refused leaves the money taken, and is tried again under a new id only', () => {
    const refused = record(settle(captured(), asks('one'), start)!, 'intent', DECLINED, start);
    expect(refused).toMatchObject({ state: 'CAPTURED', version: 3, dueAt: undefined });
    expect(settle(refused, asks('one'), start)).toBeUndefined();
    const again = settle(refused, asks('two'), start)!;
    expect(again.operation?.key).toBe('payment:refund:two');
    expect(again.refunds).toEqual([]);
    expect(record(again, 'intent', DONE, start).state).toBe('REFUNDED');
  });

  it('waits for the outcome of a capture, and the sweep knows of it', () => {
    const capturing = settled(authorized(), 'CONFIRMED');
    const noted = settle(capturing, asks('one'), start)!;
    expect(noted).toMatchObject({ operation: { kind: 'CAPTURE' }, refundWaits: true });
    expect(settle(noted, asks('one'), start)).toBeUndefined();
    const taken = record(noted, 'intent', DONE, start);
    expect(taken.dueAt).toBeDefined();
    expect(settle(taken, asks('one'), start)?.operation?.kind).toBe('REFUND');
  });

  it('of what is only authorized is giving it free', () => {
    expect(settle(authorized(), asks('one'), start)?.operation?.kind).toBe('VOID');
  });
});

describe('the next look', () => {
  it('comes after as long as the payment has waited, and at least every minute', () => {
    const payment = authorized();
    expect(postpone(payment, later(20_000)).dueAt).toEqual(later(40_000));
    expect(postpone(payment, later(3_600_000)).dueAt).toEqual(later(3_660_000));
  });

  it('of a declined payment is when its order must have expired', () => {
    expect(tried(DECLINED).dueAt).toEqual(new Date(payBy.getTime() + FIRST_LOOK_MS));
  });

  it('is claimed by a write that no earlier reader can repeat', () => {
    const payment = authorized();
    expect(postpone(payment, start).revision).toBe(payment.revision + 1);
  });
});
