import fc from 'fast-check';
import { ticketsOf } from '../../tickets/domain/ticket.ts';
import type { Order } from './order.ts';
import { startRefunding } from './refunding.ts';
import { endsOrder, priceOf, returnsOf, strangeTickets, whatIsLeft } from './returns.ts';

const now = new Date('2027-01-01T12:00:00Z');

/** Up to ten lines of different prices, some of them free. */
const order: fc.Arbitrary<Order> = fc
  .array(fc.record({ quantity: fc.integer({ min: 1, max: 5 }), amount: fc.nat(10_000) }), {
    minLength: 1,
    maxLength: 10,
  })
  .map((lines): Order => {
    const quoted = lines.map(({ quantity, amount }, i) => ({
      ticketTypeId: `type-${i}`,
      quantity,
      unitPrice: { amount, currency: 'EUR' },
    }));
    return {
      id: 'order',
      version: 7,
      state: 'COMPLETED',
      holdId: 'event.hold',
      idempotencyKey: 'key-00000',
      eventId: 'event',
      organizationId: 'organization',
      buyerId: 'buyer',
      buyerName: 'Buyer',
      lines: quoted,
      total: priceOf(quoted, { amount: 0, currency: 'EUR' }),
      placedAt: now,
      payBy: now,
      reservedUntil: now,
    };
  });

const idsOf = (one: Order): string[] => [...(whatIsLeft({ ...one, returns: [] })?.ticketIds ?? [])];

describe('tickets that are taken back', () => {
  it('are those that are issued', () => {
    fc.assert(
      fc.property(order, (one) => {
        const details = { keyId: 1, eventEndsAt: now, ticketTypeNames: new Map(), issuedAt: now };
        expect(idsOf(one)).toEqual(ticketsOf(one, details).map(({ id }) => id));
      }),
    );
  });

  it('are paid back once each, as they were charged, and end the order with the last, in whatever portions', () => {
    fc.assert(
      fc.property(
        order,
        fc.array(fc.array(fc.nat(60), { maxLength: 8 }), { maxLength: 6 }),
        (one, portions) => {
          const ids = idsOf(one);
          let current = one;
          for (const portion of portions) {
            const ticketIds = portion.flatMap((i) => ids[i] ?? []);
            current = startRefunding(current, { reason: 'ORGANIZER', ticketIds }, now)?.next ?? current;
          }
          const before = returnsOf(current);
          expect(before.some((_, index) => endsOrder(current, index))).toBe(!whatIsLeft(current));
          const whole = startRefunding(current, { reason: 'ORGANIZER' }, now)?.next ?? current;
          const returned = returnsOf(whole).flatMap(({ ticketIds }) => ticketIds);
          expect(returned.toSorted()).toEqual(ids.toSorted());
          const back = (whole.refunds ?? []).reduce((sum, { amount }) => sum + amount.amount, 0);
          expect(back).toBe(one.total.amount);
          expect(whole.partial).toBeUndefined();
          expect(returnsOf(whole).filter((_, index) => endsOrder(whole, index))).toHaveLength(1);
          expect(startRefunding(whole, { reason: 'ORGANIZER' }, now)).toBeUndefined();
        },
      ),
    );
  });

  it('are of the order itself', () => {
    fc.assert(
      fc.property(order, (one) => {
        const [first = ''] = idsOf(one);
        expect(strangeTickets(one, [first, 'another'])).toEqual(['another']);
      }),
    );
  });

  it('are all of them for an order that was taken back before single tickets could be', () => {
    fc.assert(
      fc.property(order, (one) => {
        expect(returnsOf(one)).toEqual([]);
        const old: Order = { ...one, state: 'REFUNDING' };
        expect(returnsOf(old)).toMatchObject([{ ticketIds: idsOf(one), lines: one.lines }]);
        expect(whatIsLeft(old)).toBeUndefined();
      }),
    );
  });
});
