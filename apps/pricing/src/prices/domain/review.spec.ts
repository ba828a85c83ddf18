import fc from 'fast-check';
import { money } from '#kernel';
import type { Demand } from '../../demand/domain/demand.ts';
import type { TicketType } from '../../ticket-types/domain/ticket-type.ts';
import { shareBetween } from './booking-curve.ts';
import { priorOf, purchaseProbability } from './demand-estimate.ts';
import { openBook, type PriceBook } from './price-book.ts';
import { nextReviewAt, review } from './review.ts';

const DAY_MS = 86_400_000;
const salesStartAt = new Date('2027-01-01T12:00:00Z');
const after = (ms: number): Date => new Date(salesStartAt.getTime() + ms);

const ticketType = (over: Partial<TicketType> = {}): TicketType => ({
  id: 'T',
  eventId: 'E',
  organizationId: 'O',
  version: 1,
  basePrice: money(4_000, 'EUR'),
  policy: {
    mode: 'DEMAND',
    floor: money(3_000, 'EUR'),
    ceiling: money(6_000, 'EUR'),
    cooldownS: 2,
  },
  capacity: 200,
  salesStartAt,
  salesEndAt: after(30 * DAY_MS),
  publishedAt: salesStartAt,
  cancelled: false,
  ...over,
});

const demand = (unitsSold: number, unitsReturned = 0, lastDemandAt = salesStartAt): Demand => ({
  ticketTypeId: 'T',
  eventId: 'E',
  counts: {
    unitsHeld: 0,
    unitsReleased: 0,
    unitsExpired: 0,
    unitsSold,
    unitsReturned,
    unitsRefused: 0,
    refusals: 0,
  },
  lastDemandAt,
  lastFact: { id: 'f', correlationId: 'c' },
});

function movedBook(result: ReturnType<typeof review>): PriceBook {
  if (result.outcome !== 'MOVED') throw new Error(`the price did not move: ${result.outcome}`);
  return result.book;
}

describe('a review', () => {
  it('raises the price by one step when units go far faster than the curve expects', () => {
    const type = ticketType();
    const result = review(type, demand(20), openBook(type), after(10_000));
    expect(result).toMatchObject({
      outcome: 'MOVED',
      book: { version: 1, price: money(4_200, 'EUR'), since: after(10_000), reason: 'STEP_LIMIT' },
      change: {
        version: 1,
        price: money(4_200, 'EUR'),
        previous: money(4_000, 'EUR'),
        reason: 'STEP_LIMIT',
        unitsSold: 20,
        changedAt: after(10_000),
        basis: { unitsLeft: 180 },
      },
    });
  });

  it('goes on to the ceiling, step by step with cool-downs, and stays there', () => {
    const type = ticketType();
    let book = openBook(type);
    const prices: number[] = [];
    for (let second = 1; second <= 60; second++) {
      const result = review(type, demand(second * 2), book, after(second * 1_000));
      if (result.outcome !== 'MOVED') continue;
      expect(result.book.since.getTime() - book.since.getTime()).toBeGreaterThanOrEqual(
        book.version === 0 ? 0 : 2_000,
      );
      book = result.book;
      prices.push(book.price.amount);
    }
    expect(prices).toEqual(prices.toSorted((a, b) => a - b));
    expect(prices.at(-1)).toBe(6_000);
    expect(book.reason).toBe('CEILING');
  });

  it('lowers the price when days pass and almost nobody buys', () => {
    const type = ticketType();
    const book = movedBook(review(type, demand(1), openBook(type), after(10 * DAY_MS)));
    expect(book.price.amount).toBe(3_800);
  });

  it('keeps the price while sales go as the curve expects', () => {
    const type = ticketType();
    const result = review(type, demand(100), openBook(type), after(15 * DAY_MS));
    expect(result).toEqual({ outcome: 'KEPT', book: openBook(type) });
  });

  it.each([
    ['fixed', ticketType({ policy: { mode: 'FIXED' } })],
    ['free', ticketType({ basePrice: money(0, 'EUR') })],
    ['cancelled', ticketType({ cancelled: true })],
    ['not yet on sale', ticketType({ salesStartAt: after(1 * DAY_MS) })],
    ['over', ticketType({ salesEndAt: after(10_000) })],
    ['without capacity', ticketType({ capacity: 0 })],
  ])('never moves the price of a sale that is %s', (_, type) => {
    expect(review(type, demand(150), openBook(type), after(10_000))).toEqual({ outcome: 'CLOSED' });
  });

  it('does not take the silence of a sold-out sale for want of demand', () => {
    const type = ticketType();
    const soldOut = review(type, demand(200), openBook(type), after(DAY_MS));
    expect(soldOut).toMatchObject({ outcome: 'KEPT', book: { version: 1, exposure: { onSale: false } } });
    const { book } = soldOut as { book: PriceBook };
    expect(book.price).toEqual(money(4_000, 'EUR'));

    const stillSoldOut = review(type, demand(200), book, after(20 * DAY_MS));
    expect(stillSoldOut).toEqual({ outcome: 'KEPT', book });
    // A unit comes back after weeks: exposure has not grown, so demand still looks as strong as it was.
    const back = movedBook(review(type, demand(200, 1), book, after(20 * DAY_MS)));
    expect(back.exposure).toMatchObject({ total: book.exposure.total, onSale: true });
    expect(back.price.amount).toBeGreaterThan(4_000);
  });

  it('brings the price inside limits that were changed, sold out or not', () => {
    const before = ticketType();
    const book = movedBook(review(before, demand(60), openBook(before), after(DAY_MS)));
    const policy = {
      mode: 'DEMAND',
      floor: money(3_000, 'EUR'),
      ceiling: money(3_700, 'EUR'),
      cooldownS: 900,
    } as const;
    for (const unitsSold of [60, 200]) {
      const result = review(ticketType({ policy }), demand(unitsSold), book, after(DAY_MS + 1));
      expect(result).toMatchObject({
        outcome: 'MOVED',
        book: { price: money(3_700, 'EUR'), reason: 'CEILING' },
      });
    }
  });

  it('counts the exposure at the prices that there were', () => {
    const type = ticketType();
    const first = movedBook(review(type, demand(60), openBook(type), after(DAY_MS)));
    const second = movedBook(review(type, demand(120), first, after(2 * DAY_MS)));
    expect(first.price.amount).toBeGreaterThan(4_000);
    const chance = (price: number): number => purchaseProbability(price, priorOf(4_000, 200).sensitivity);
    const firstDay = shareBetween(type, after(0), after(DAY_MS)) * chance(4_000);
    const secondDay = shareBetween(type, after(DAY_MS), after(2 * DAY_MS)) * chance(first.price.amount);
    expect(first.exposure).toEqual({ total: firstDay, until: after(DAY_MS), onSale: true });
    expect(second.exposure.total).toBeCloseTo(firstDay + secondDay, 12);
  });

  it('answers more demand with no lower a price', () => {
    const type = ticketType({ capacity: 1_000 });
    fc.assert(
      fc.property(fc.nat(998), fc.integer({ min: 1, max: 29 * DAY_MS }), (units, ms) => {
        const priceFor = (unitsSold: number): number => {
          const result = review(type, demand(unitsSold), openBook(type), after(ms));
          return result.outcome === 'MOVED' ? result.book.price.amount : 4_000;
        };
        expect(priceFor(units + 1)).toBeGreaterThanOrEqual(priceFor(units));
      }),
    );
  });

  it('stays inside the limits for any demand at any time, and gives the same answer twice', () => {
    const type = ticketType();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20), fc.nat(3_600_000)), { maxLength: 60 }), (bursts) => {
        let book = openBook(type);
        let unitsSold = 0;
        let ms = 0;
        for (const [units, pause] of bursts) {
          unitsSold = Math.min(200, unitsSold + units);
          ms += pause;
          const result = review(type, demand(unitsSold), book, after(ms));
          expect(review(type, demand(unitsSold), book, after(ms))).toEqual(result);
          if (result.outcome === 'CLOSED') throw new Error('the sale is open');
          const step = Math.abs(result.book.price.amount - book.price.amount);
          expect(step).toBeLessThanOrEqual(book.price.amount * 0.05);
          book = result.book;
          expect(book.price.amount).toBeGreaterThanOrEqual(3_000);
          expect(book.price.amount).toBeLessThanOrEqual(6_000);
        }
      }),
    );
  });
});

describe('the next review', () => {
  const type = ticketType();

  it('comes when the cool-down is over', () => {
    const book = { ...openBook(type), since: after(9_000) };
    expect(nextReviewAt(type, demand(1), book, after(10_000))).toEqual(after(11_000));
  });

  it('comes soon while the sale is lively, and later when it has gone quiet', () => {
    const book = openBook(type);
    expect(nextReviewAt(type, demand(1, 0, after(50_000)), book, after(60_000))).toEqual(after(65_000));
    const hourLater = 3_600_000;
    expect(nextReviewAt(type, demand(1), book, after(hourLater))).toEqual(after(hourLater + 900_000));
  });
});
