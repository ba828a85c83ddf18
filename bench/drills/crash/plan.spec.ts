import fc from 'fast-check';
import { HARMS, planRounds } from './plan.ts';

describe('the rounds of a crash drill', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(planRounds(7, 30, HARMS)).toEqual(planRounds(7, 30, HARMS));
    expect(planRounds(7, 30, HARMS)).not.toEqual(planRounds(8, 30, HARMS));
  });

  it('cover every harm before any comes again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1, max: 60 }), (seed, rounds) => {
        const planned = planRounds(seed, rounds, HARMS);
        expect(planned).toHaveLength(rounds);
        for (let from = 0; from < rounds; from += HARMS.length) {
          const cycle = planned.slice(from, from + HARMS.length).map(({ harm }) => harm);
          expect(new Set(cycle).size).toBe(cycle.length);
        }
        for (const { delayMs, cancelAfterMs } of planned) {
          expect(delayMs).toBeGreaterThanOrEqual(1_000);
          expect(cancelAfterMs).toBeGreaterThanOrEqual(1_000);
          expect(cancelAfterMs).toBeLessThanOrEqual(delayMs + 3_000);
        }
      }),
    );
  });

  it('begin with the same rounds, however many there are', () => {
    expect(planRounds(3, 40, HARMS).slice(0, 10)).toEqual(planRounds(3, 10, HARMS));
  });
});
