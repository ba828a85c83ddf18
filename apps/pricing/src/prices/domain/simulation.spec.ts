import { money } from '#kernel';
import type { Demand } from '../../demand/domain/demand.ts';
import type { TicketType } from '../../ticket-types/domain/ticket-type.ts';
import { DEFAULT_BOOKING_CURVE } from './booking-curve.ts';
import { priorOf } from './demand-estimate.ts';
import { expectedRevenue } from './gallego-van-ryzin.ts';
import { openBook } from './price-book.ts';
import { review } from './review.ts';

/**
 * A sale of thirty days against the real domain code, with simulated buyers and time. The same buyers come to every
 * method of pricing (common random numbers), each with an arrival and a price that they would just pay. The engine is
 * wrong about how many come, and right about when they come and how they mind the price: it knows the booking curve and α.
 */
const SALE_MS = 30 * 86_400_000;
const CHANGES = 400;
const RUNS = 10;

interface Buyer {
  readonly arrivesAt: Date;
  readonly pays: number;
}

const opensAt = new Date('2027-01-01T00:00:00Z');

function ticketType(capacity: number): TicketType {
  return {
    id: 'T',
    eventId: 'E',
    organizationId: 'O',
    version: 1,
    basePrice: money(4_000, 'EUR'),
    policy: {
      mode: 'DEMAND',
      floor: money(2_000, 'EUR'),
      ceiling: money(16_000, 'EUR'),
      cooldownS: SALE_MS / CHANGES / 1_000,
    },
    capacity,
    salesStartAt: opensAt,
    salesEndAt: new Date(opensAt.getTime() + SALE_MS),
    publishedAt: opensAt,
    cancelled: false,
  };
}

/** Mulberry32: small, seeded, good enough for buyers. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A Poisson stream along the booking curve; what a buyer would just pay is exponential with rate α. */
function buyers(potential: number, sensitivity: number, seed: number): Buyer[] {
  const random = randomFrom(seed);
  const exponential = (): number => -Math.log(1 - random());
  const all: Buyer[] = [];
  for (let share = exponential() / potential; share < 1; share += exponential() / potential) {
    const arrivesAt = new Date(opensAt.getTime() + SALE_MS * elapsedWhen(share));
    all.push({ arrivesAt, pays: exponential() / sensitivity });
  }
  return all;
}

function elapsedWhen(share: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (DEFAULT_BOOKING_CURVE.cumulative(middle) < share) low = middle;
    else high = middle;
  }
  return low;
}

function demandOf(unitsSold: number, lastDemandAt: Date): Demand {
  const none = {
    unitsHeld: 0,
    unitsReleased: 0,
    unitsExpired: 0,
    unitsReturned: 0,
    unitsRefused: 0,
    refusals: 0,
  };
  return {
    ticketTypeId: 'T',
    eventId: 'E',
    counts: { ...none, unitsSold },
    lastDemandAt,
    lastFact: { id: 'f', correlationId: 'c' },
  };
}

function fixedRevenue(type: TicketType, stream: readonly Buyer[]): number {
  const price = type.basePrice.amount;
  return price * Math.min(type.capacity, stream.filter(({ pays }) => pays >= price).length);
}

function engineRevenue(type: TicketType, stream: readonly Buyer[]): number {
  let book = openBook(type);
  let unitsSold = 0;
  let revenue = 0;
  let reviewedMs = opensAt.getTime();
  for (const { arrivesAt, pays } of stream) {
    while (reviewedMs + SALE_MS / CHANGES <= arrivesAt.getTime()) {
      reviewedMs += SALE_MS / CHANGES;
      const now = new Date(reviewedMs);
      const result = review(type, demandOf(unitsSold, now), book, now);
      if (result.outcome !== 'CLOSED') book = result.book;
    }
    if (unitsSold === type.capacity || pays < book.price.amount) continue;
    unitsSold++;
    revenue += book.price.amount;
  }
  return revenue;
}

/** Revenue over all runs, of the engine and of the base price kept fixed, as shares of the exact optimum. */
function compare(capacity: number, demandFactor: number): { engine: number; fixed: number } {
  const type = ticketType(capacity);
  const prior = priorOf(type.basePrice.amount, capacity);
  const market = { potential: prior.potential * demandFactor, sensitivity: prior.sensitivity };
  const optimum = expectedRevenue(capacity, market) * RUNS;
  let [engine, fixed] = [0, 0];
  for (let seed = 1; seed <= RUNS; seed++) {
    const stream = buyers(market.potential, market.sensitivity, seed);
    engine += engineRevenue(type, stream);
    fixed += fixedRevenue(type, stream);
  }
  return { engine: engine / optimum, fixed: fixed / optimum };
}

describe('a simulated sale', () => {
  it.each([30, 200, 500])(
    'of %i units earns far more than the base price when demand is twice as strong',
    (units) => {
      const { engine, fixed } = compare(units, 2);
      expect(engine).toBeGreaterThan(fixed * 1.2);
      expect(engine).toBeGreaterThan(0.93);
    },
  );

  it.each([30, 200, 500])('of %i units loses next to nothing when the organizer was right', (units) => {
    const { engine, fixed } = compare(units, 1);
    expect(engine).toBeGreaterThan(fixed * 0.97);
  });

  it.each([30, 200, 500])(
    'of %i units earns no less than the base price when demand is half as strong',
    (units) => {
      const { engine, fixed } = compare(units, 0.5);
      expect(engine).toBeGreaterThan(fixed);
    },
  );
});
