import fc from 'fast-check';
import { percentilesOf } from './percentiles.ts';

describe('percentilesOf', () => {
  it('takes the nearest rank of known values, whatever their order', () => {
    const values = Array.from({ length: 1_000 }, (_, index) => ((index * 7) % 1_000) + 1);
    expect(percentilesOf(values)).toEqual({ p50: 500, p95: 950, p99: 990 });
    // The textbook example of the method.
    expect(percentilesOf([15, 20, 35, 40, 50])).toEqual({ p50: 35, p95: 50, p99: 50 });
  });

  it('sorts by size, not by spelling, and keeps microseconds', () => {
    expect(percentilesOf([100, 9, 10.123_456])).toEqual({ p50: 10.123, p95: 100, p99: 100 });
  });

  it('has nothing to say of nothing', () => {
    expect(percentilesOf([])).toBeNull();
    expect(percentilesOf([3])).toEqual({ p50: 3, p95: 3, p99: 3 });
  });

  it('answers values that occurred, so that at least the share does not exceed them', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1 }), (values) => {
        const found = percentilesOf(values)!;
        for (const [name, percent] of [
          ['p50', 50],
          ['p95', 95],
          ['p99', 99],
        ] as const) {
          expect(values).toContain(found[name]);
          const notAbove = values.filter((value) => value <= found[name]).length;
          expect(notAbove / values.length).toBeGreaterThanOrEqual(percent / 100);
          const below = values.filter((value) => value < found[name]).length;
          expect(below / values.length).toBeLessThan(percent / 100);
        }
      }),
    );
  });
});
