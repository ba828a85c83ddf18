import fc from 'fast-check';
import {
  expectedRevenue,
  FLUID_FROM_UNITS,
  fluidPrice,
  optimalPrice,
  potentialThatJustifies,
  revenueMaximisingPrice,
} from './gallego-van-ryzin.ts';

/** With α = 1 and x = aG/e, as the paper's formulas have them. */
const market = (x: number) => ({ potential: x * Math.E, sensitivity: 1 });

const units = fc.integer({ min: 1, max: 400 });
const x = fc.double({ min: 1e-6, max: 5_000, noNaN: true });
/** What two long sums of logarithms may differ by. */
const TOLERANCE = 1e-9;

describe('the formulas of Gallego & van Ryzin', () => {
  it.each([
    { n: 1, x: 1, revenue: 0.693147, price: 1.693147 },
    { n: 10, x: 20, revenue: 15.472875, price: 1.772111 },
    { n: 100, x: 100, revenue: 99.358614, price: 1.078719 },
  ])('give J* = $revenue and p* = $price for n = $n, x = $x', ({ n, x, revenue, price }) => {
    expect(expectedRevenue(n, market(x))).toBeCloseTo(revenue, 6);
    expect(optimalPrice(n, market(x))).toBeCloseTo(price, 6);
  });

  it('scale with the currency: prices and revenue are proportional to 1/α', () => {
    const inCents = { potential: 20 * Math.E, sensitivity: 1 / 2_500 };
    expect(optimalPrice(10, inCents)).toBeCloseTo(2_500 * 1.772111, 2);
    expect(expectedRevenue(10, inCents)).toBeCloseTo(2_500 * 15.472875, 2);
  });

  it('stay finite where the terms of the sum are far outside a double', () => {
    expect(expectedRevenue(200_000, market(1_000_000))).toBeGreaterThan(200_000);
    expect(Number.isFinite(optimalPrice(200_000, market(1_000_000)))).toBe(true);
  });

  it('ask 1/α when no more buyers come', () => {
    expect(optimalPrice(10, { potential: 0, sensitivity: 1 })).toBe(1);
    expect(fluidPrice(100, { potential: 0, sensitivity: 1 })).toBe(1);
    expect(expectedRevenue(10, { potential: 0, sensitivity: 1 })).toBe(0);
  });
});

describe('the optimal price', () => {
  it('is 1/α + J*(n) − J*(n−1)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0.1, max: 200, noNaN: true }),
        (n, x) => {
          const gain = expectedRevenue(n, market(x)) - expectedRevenue(n - 1, market(x));
          expect(optimalPrice(n, market(x))).toBeCloseTo(1 + gain, 8);
        },
      ),
    );
  });

  it('falls with each unit more to sell', () => {
    fc.assert(
      fc.property(units, x, (n, x) => {
        expect(optimalPrice(n + 1, market(x))).toBeLessThanOrEqual(optimalPrice(n, market(x)) + TOLERANCE);
      }),
    );
  });

  it('rises with demand', () => {
    fc.assert(
      fc.property(units, x, fc.double({ min: 1, max: 10, noNaN: true }), (n, x, factor) => {
        expect(optimalPrice(n, market(x * factor))).toBeGreaterThanOrEqual(
          optimalPrice(n, market(x)) - TOLERANCE,
        );
      }),
    );
  });

  it('is never below the fluid price, nor that below 1/α', () => {
    fc.assert(
      fc.property(units, x, (n, x) => {
        expect(fluidPrice(n, market(x))).toBeGreaterThanOrEqual(1);
        expect(optimalPrice(n, market(x))).toBeGreaterThanOrEqual(fluidPrice(n, market(x)) - TOLERANCE);
      }),
    );
  });

  it('earns no more than the fluid bound', () => {
    fc.assert(
      fc.property(units, x, (n, x) => {
        const price = fluidPrice(n, market(x));
        const bound = price * Math.min(n, x * Math.E * Math.exp(-price));
        expect(expectedRevenue(n, market(x))).toBeLessThanOrEqual(bound + TOLERANCE * (1 + bound));
      }),
    );
  });
});

describe('the price that the engine aims at', () => {
  it('is exact for few units and fluid for many', () => {
    const many = FLUID_FROM_UNITS;
    expect(revenueMaximisingPrice(many - 1, market(80))).toBe(optimalPrice(many - 1, market(80)));
    expect(revenueMaximisingPrice(many, market(80))).toBe(fluidPrice(many, market(80)));
  });

  it('can be turned round: the potential that justifies a price leads to that price', () => {
    fc.assert(
      fc.property(units, fc.double({ min: 1.05, max: 5, noNaN: true }), (n, price) => {
        const potential = potentialThatJustifies(price, n, 1);
        expect(revenueMaximisingPrice(n, { potential, sensitivity: 1 })).toBeCloseTo(price, 9);
      }),
    );
  });
});
