import fc from 'fast-check';
import { Random } from '../random.ts';
import { type Conduct, MOST_TICKETS, planBuyers } from './plan.ts';

const crowds = fc.record({
  seed: fc.nat(0xffff_ffff),
  count: fc.integer({ min: 8, max: 400 }),
  overMs: fc.integer({ min: 1_000, max: 300_000 }),
});

describe('planBuyers', () => {
  it('deals the same crowd for the same seed, and another for another', () => {
    expect(planBuyers(50, 10_000, new Random(1))).toEqual(planBuyers(50, 10_000, new Random(1)));
    expect(planBuyers(50, 10_000, new Random(1))).not.toEqual(planBuyers(50, 10_000, new Random(2)));
  });

  it('keeps to its limits', () => {
    fc.assert(
      fc.property(crowds, ({ seed, count, overMs }) => {
        const plans = planBuyers(count, overMs, new Random(seed));
        expect(plans.map(({ number }) => number)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
        for (const { quantity, arrivesAfterMs, patience } of plans) {
          expect([1, 2, 3, MOST_TICKETS]).toContain(quantity);
          expect(arrivesAfterMs).toBeGreaterThanOrEqual(0);
          expect(arrivesAfterMs).toBeLessThan(overMs);
          expect(patience).toBeGreaterThan(0);
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    [
      8,
      {
        PAYS: 3,
        APPROVES_AT_BANK: 1,
        DECLINED_THEN_PAYS: 1,
        DECLINED_THEN_LEAVES: 1,
        RELEASES_HOLD: 1,
        LEAVES_HOLD: 1,
      },
    ],
    [
      200,
      {
        PAYS: 174,
        APPROVES_AT_BANK: 6,
        DECLINED_THEN_PAYS: 6,
        DECLINED_THEN_LEAVES: 4,
        RELEASES_HOLD: 6,
        LEAVES_HOLD: 4,
      },
    ],
  ])('of %i buyers has exact shares of each conduct', (count, expected) => {
    const found: Partial<Record<Conduct, number>> = {};
    for (const { conduct } of planBuyers(count, 1_000, new Random(3)))
      found[conduct] = (found[conduct] ?? 0) + 1;
    expect(found).toEqual(expected);
  });
});
