import fc from 'fast-check';
import { bookingCurve, DEFAULT_BOOKING_CURVE, remainingShare, shareBetween } from './booking-curve.ts';

const window = {
  salesStartAt: new Date('2027-01-01T00:00:00Z'),
  salesEndAt: new Date('2027-01-31T00:00:00Z'),
};
const at = (elapsed: number): Date =>
  new Date(
    window.salesStartAt.getTime() + elapsed * (window.salesEndAt.getTime() - window.salesStartAt.getTime()),
  );
const elapsed = fc.double({ min: 0, max: 1, noNaN: true });

describe('the booking curve', () => {
  const shapes = [
    DEFAULT_BOOKING_CURVE,
    bookingCurve({ opening: 0, closing: 0, fade: 1 }),
    bookingCurve({ opening: 0.5, closing: 0.3, fade: 0.02 }),
  ];

  it.each(shapes)('begins with nothing and ends with all of the demand (%#)', (curve) => {
    expect(curve.cumulative(0)).toBeCloseTo(0, 12);
    expect(curve.cumulative(1)).toBeCloseTo(1, 12);
  });

  it.each(shapes)('has a density that integrates to its cumulative share (%#)', (curve) => {
    const steps = 20_000;
    let sum = 0;
    for (let i = 0; i < steps; i++) {
      sum += curve.density((i + 0.5) / steps) / steps;
      if (i + 1 === steps / 4) expect(sum).toBeCloseTo(curve.cumulative(0.25), 5);
    }
    expect(sum).toBeCloseTo(1, 5);
  });

  it('expects more of the first day than of a day in between', () => {
    const firstDay = shareBetween(window, at(0), at(1 / 30));
    expect(firstDay).toBeGreaterThan(3 * shareBetween(window, at(0.5), at(0.5 + 1 / 30)));
  });
});

describe('the share of a sale window', () => {
  it('adds up over any two parts and the rest', () => {
    fc.assert(
      fc.property(elapsed, elapsed, (a, b) => {
        const [first, second] = [at(Math.min(a, b)), at(Math.max(a, b))];
        const parts =
          shareBetween(window, window.salesStartAt, first) +
          shareBetween(window, first, second) +
          remainingShare(window, second);
        expect(parts).toBeCloseTo(1, 9);
      }),
    );
  });

  it('is nothing outside the window and backwards', () => {
    expect(shareBetween(window, at(-2), at(-1))).toBe(0);
    expect(shareBetween(window, at(0.6), at(0.4))).toBe(0);
    expect(remainingShare(window, at(1.5))).toBe(0);
    expect(remainingShare(window, at(-1))).toBeCloseTo(1, 12);
  });

  it('is over at once in a window without length', () => {
    const empty = { salesStartAt: at(0.5), salesEndAt: at(0.5) };
    expect(remainingShare(empty, at(0.4))).toBeCloseTo(1, 12);
    expect(remainingShare(empty, at(0.5))).toBe(0);
  });
});
