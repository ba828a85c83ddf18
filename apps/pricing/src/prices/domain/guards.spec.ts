import fc from 'fast-check';
import { isPayable, money } from '#kernel';
import {
  coolDown,
  guarded,
  hardLimits,
  pricePoints,
  type Situation,
  STEP_LIMIT_PERCENT,
  stepLimit,
} from './guards.ts';
import { pricePointOf } from './price-points.ts';

const published = new Date('2027-01-01T12:00:00Z');
const later = (ms: number): Date => new Date(published.getTime() + ms);

const situation = (over: Partial<Situation> = {}): Situation => ({
  current: 4_000,
  since: published,
  now: later(60_000),
  cooldownMs: 2_000,
  limits: { floor: 3_000, ceiling: 8_000 },
  pricePoint: 50,
  ...over,
});
const demand = (amount: number) => ({ amount, reason: 'DEMAND' as const });

describe('each guard', () => {
  it('keeps the price until the cool-down is over', () => {
    expect(coolDown(demand(5_000), situation({ now: later(1_999) })).amount).toBe(4_000);
    expect(coolDown(demand(5_000), situation({ now: later(2_000) })).amount).toBe(5_000);
  });

  it('lets one change go 5 % at most', () => {
    expect(stepLimit(demand(5_000), situation())).toEqual({ amount: 4_200, reason: 'STEP_LIMIT' });
    expect(stepLimit(demand(1_000), situation())).toEqual({ amount: 3_800, reason: 'STEP_LIMIT' });
    expect(stepLimit(demand(4_150), situation())).toEqual(demand(4_150));
  });

  it('rounds to price points towards the current price', () => {
    expect(pricePoints(demand(4_149.7), situation()).amount).toBe(4_100);
    expect(pricePoints(demand(3_851.2), situation()).amount).toBe(3_900);
    expect(pricePoints(demand(4_049), situation()).amount).toBe(4_000);
    expect(pricePoints(demand(4_020), situation({ current: 3_999 })).amount).toBe(4_000);
    expect(pricePoints(demand(3_999), situation({ current: 3_999 })).amount).toBe(3_999);
  });

  it('holds floor and ceiling', () => {
    expect(hardLimits(demand(8_001), situation())).toEqual({ amount: 8_000, reason: 'CEILING' });
    expect(hardLimits(demand(2_999), situation())).toEqual({ amount: 3_000, reason: 'FLOOR' });
    expect(hardLimits(demand(3_001), situation())).toEqual(demand(3_001));
    expect(hardLimits(demand(8_000), situation()).reason).toBe('CEILING');
  });
});

describe('the guards together', () => {
  it('name the one that decided', () => {
    expect(guarded(4_120, situation())).toEqual({ amount: 4_100, reason: 'DEMAND' });
    expect(guarded(6_000, situation())).toEqual({ amount: 4_200, reason: 'STEP_LIMIT' });
    expect(guarded(9_000, situation({ current: 7_900 }))).toEqual({ amount: 8_000, reason: 'CEILING' });
    expect(guarded(100, situation({ current: 3_050 }))).toEqual({ amount: 3_000, reason: 'FLOOR' });
  });

  it('bring a price inside new limits at once, whatever cool-down and step limit say', () => {
    const lowered = situation({ now: later(1), limits: { floor: 1_000, ceiling: 2_000 } });
    expect(guarded(9_000, lowered)).toEqual({ amount: 2_000, reason: 'CEILING' });
  });

  const amount = fc.integer({ min: 0, max: 1_000_000 });
  const anySituation = fc
    .record({
      bounds: fc.tuple(amount, amount),
      current: amount,
      rested: fc.integer({ min: 0, max: 4_000 }),
      pricePoint: fc.constantFrom(1, 10, 50, 500),
    })
    .map(({ bounds: [a, b], current, rested, pricePoint }) =>
      situation({
        limits: { floor: Math.min(a, b), ceiling: Math.max(a, b) },
        current,
        now: later(rested),
        pricePoint,
      }),
    );
  const insideLimits = anySituation.map((one) => ({
    ...one,
    current: Math.min(one.limits.ceiling, Math.max(one.limits.floor, one.current)),
  }));
  const recommended = fc.double({ min: 0, max: 2_000_000, noNaN: true });

  it('never leave the limits, and always name an integer', () => {
    fc.assert(
      fc.property(anySituation, recommended, (one, price) => {
        const { amount } = guarded(price, one);
        expect(Number.isInteger(amount)).toBe(true);
        expect(amount).toBeGreaterThanOrEqual(one.limits.floor);
        expect(amount).toBeLessThanOrEqual(one.limits.ceiling);
      }),
    );
  });

  it('never go farther than the step limit, nor past the recommendation, from a price inside the limits', () => {
    fc.assert(
      fc.property(insideLimits, recommended, (one, price) => {
        const { amount } = guarded(price, one);
        expect(Math.abs(amount - one.current)).toBeLessThanOrEqual((one.current * STEP_LIMIT_PERCENT) / 100);
        if (amount > one.current) expect(amount).toBeLessThanOrEqual(price);
        if (amount < one.current) expect(amount).toBeGreaterThanOrEqual(price);
      }),
    );
  });

  it('give prices that can be paid, in currencies of which not every amount can', () => {
    const tens = fc.integer({ min: 1, max: 10_000 }).map((amount) => amount * 10);
    fc.assert(
      fc.property(fc.tuple(tens, tens, tens), tens, recommended, (prices, current, price) => {
        const [floor, basePrice, ceiling] = prices.toSorted((a, b) => a - b) as [number, number, number];
        const pricePoint = pricePointOf(money(basePrice, 'KWD'));
        const { amount } = guarded(price, situation({ limits: { floor, ceiling }, current, pricePoint }));
        expect(isPayable(money(amount, 'KWD'))).toBe(true);
      }),
    );
  });

  it('change nothing during the cool-down of a price inside the limits', () => {
    fc.assert(
      fc.property(insideLimits, recommended, (one, price) => {
        expect(guarded(price, { ...one, now: later(1_999) }).amount).toBe(one.current);
      }),
    );
  });

  it('never answer a higher recommendation with a lower price', () => {
    fc.assert(
      fc.property(anySituation, recommended, recommended, (one, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(guarded(low, one).amount).toBeLessThanOrEqual(guarded(high, one).amount);
      }),
    );
  });
});

describe('price points', () => {
  it.each([
    [4_000, 'EUR', 50],
    [2_000, 'EUR', 50],
    [1_999, 'EUR', 10],
    [300, 'EUR', 1],
    [8_000, 'JPY', 1],
    [40_000, 'KWD', 500],
    [3_000, 'KWD', 10],
    [4_000, 'TND', 100],
  ])('of a base price of %i %s are %i minor units apart', (amount, currency, apart) => {
    expect(pricePointOf(money(amount, currency))).toBe(apart);
  });

  it('are near enough for one step to reach the next, down to half the base price', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 1_000_000 }), (amount) => {
        const step = Math.floor((Math.ceil(amount / 2) * STEP_LIMIT_PERCENT) / 100);
        expect(pricePointOf(money(amount, 'EUR'))).toBeLessThanOrEqual(Math.max(1, step));
      }),
    );
  });
});
