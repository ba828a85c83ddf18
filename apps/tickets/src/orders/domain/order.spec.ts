import fc from 'fast-check';
import {
  callOff,
  cancel,
  claimLate,
  complete,
  confirm,
  expire,
  failPayment,
  isPaid,
  notePaidLate,
  type Order,
  type OrderStep,
  refuseLate,
  renewClaim,
  startCancelling,
  startClaiming,
  startIssuing,
} from './order.ts';

const placedAt = new Date('2027-01-01T12:00:00Z');
const payBy = new Date('2027-01-01T12:15:00Z');

const placed: Order = {
  id: 'order',
  version: 1,
  state: 'AWAITING_PAYMENT',
  holdId: 'event.hold',
  idempotencyKey: 'key-00000',
  eventId: 'event',
  organizationId: 'organization',
  buyerId: 'buyer',
  buyerName: 'Buyer',
  lines: [{ ticketTypeId: 'type', quantity: 2, unitPrice: { amount: 1_000, currency: 'EUR' } }],
  total: { amount: 2_000, currency: 'EUR' },
  placedAt,
  payBy,
  reservedUntil: new Date('2027-01-01T12:20:00Z'),
  driveAt: payBy,
};

const ENDED = new Set(['COMPLETED', 'EXPIRED', 'CANCELLED']);

const steps: Record<string, (order: Order, now: Date) => OrderStep | undefined> = {
  startClaiming,
  renewClaim,
  confirm: (order, now) => confirm(order, 2, now),
  startIssuing: (order, now) => (isPaid(order) ? startIssuing(order, now) : undefined),
  capture: (order) => ({ next: { ...order, captured: true } }),
  complete,
  expire,
  failPayment,
  callOff,
  startCancelling: (order, now) => startCancelling(order, 'UNITS_GONE', now),
  cancel,
};

interface Happened {
  readonly states: string[];
  readonly facts: string[];
  readonly last: Order;
}

/** Commands, facts and sweeps in any order, at any time, any number of times. */
const history = fc
  .array(fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.integer({ min: 0, max: 30 * 60_000 })), {
    maxLength: 60,
  })
  .map((commands): Happened => {
    let order = placed;
    const states: string[] = [order.state];
    const facts: string[] = ['OrderPlaced'];
    for (const [name, ms] of commands) {
      const step = steps[name]?.(order, new Date(placedAt.getTime() + ms));
      if (!step) continue;
      if (step.next.state !== order.state) states.push(step.next.state);
      if (step.fact) facts.push(step.fact);
      order = step.next;
    }
    return { states, facts, last: order };
  });

describe('an order, whatever happens to it', () => {
  it('never leaves an end it has reached, and reaches one end only', () => {
    fc.assert(
      fc.property(history, ({ states }) => {
        const ends = states.filter((state) => ENDED.has(state));
        expect(ends.length).toBeLessThanOrEqual(1);
        if (ends.length === 1) expect(states.at(-1)).toBe(ends[0]);
      }),
    );
  });

  it('is confirmed before it is completed, and cancelled after that only when its money was not to be had', () => {
    fc.assert(
      fc.property(history, ({ facts, last }) => {
        if (facts.includes('OrderCompleted')) expect(facts).toContain('OrderConfirmed');
        if (facts.includes('OrderConfirmed') && facts.includes('OrderCancelled')) {
          expect(last.reason).toBe('PAYMENT_FAILED');
          expect(isPaid(last) && last.captured !== true).toBe(false);
        }
      }),
    );
  });

  it('tells each fact at most once', () => {
    fc.assert(fc.property(history, ({ facts }) => expect(new Set(facts).size).toBe(facts.length)));
  });

  it('issues nothing that is not paid', () => {
    fc.assert(
      fc.property(history, ({ states, last }) => {
        if (states.includes('ISSUING')) expect(isPaid(last)).toBe(true);
      }),
    );
  });

  it('is looked at again for as long as something is left to do', () => {
    fc.assert(
      fc.property(history, ({ last }) => expect(last.driveAt === undefined).toBe(ENDED.has(last.state))),
    );
  });

  it('charges what the hold quoted', () => {
    fc.assert(fc.property(history, ({ last }) => expect(last.total).toEqual(placed.total)));
  });
});

describe('an unpaid order', () => {
  it('expires at its time, not before, and not once its payment is authorized', () => {
    expect(expire(placed, new Date(payBy.getTime() - 1))).toBeUndefined();
    expect(expire(placed, payBy)?.fact).toBe('OrderExpired');
    const claiming = startClaiming(placed, placedAt)?.next;
    expect(claiming && expire(claiming, payBy)).toBeUndefined();
  });
});

describe('an order that is paid after it has expired', () => {
  const expired = expire(placed, payBy)?.next ?? placed;
  const again = { holdId: 'event.again', reservedUntil: placed.reservedUntil };

  it('is looked at again, once it is known, and remembers the hold that it was made from', () => {
    expect(claimLate(expired, again, payBy)).toBeUndefined();
    const late = notePaidLate(expired, payBy)?.next ?? placed;
    expect(late).toMatchObject({ state: 'EXPIRED', paidLate: true });
    expect(late.driveAt).toBeDefined();
    expect(notePaidLate(late, payBy)).toBeUndefined();
    const claiming = claimLate(late, again, payBy)?.next;
    expect(claiming).toMatchObject({ state: 'CLAIMING', ...again, firstHoldId: 'event.hold' });
    expect(claiming?.total).toEqual(placed.total);
  });

  it('is so, too, when nobody has let it expire before its reservation ended', () => {
    const { reservedUntil } = placed;
    expect(startClaiming(placed, reservedUntil)).toBeUndefined();
    const late = notePaidLate(placed, reservedUntil);
    expect(late).toMatchObject({ fact: 'OrderExpired', next: { state: 'EXPIRED', paidLate: true } });
  });

  it('ends when its units cannot be had, and only then', () => {
    expect(refuseLate(expired, 'UNITS_GONE')).toBeUndefined();
    expect(notePaidLate(placed, payBy)).toBeUndefined();
    const late = notePaidLate(expired, payBy)?.next ?? placed;
    const refused = refuseLate(late, 'UNITS_GONE');
    expect(refused).toMatchObject({ fact: 'OrderCancelled', next: { state: 'CANCELLED' } });
    expect(refused?.next.driveAt).toBeUndefined();
  });
});
