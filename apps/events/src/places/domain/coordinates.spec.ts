import fc from 'fast-check';
import { distanceKm } from './coordinates.ts';

describe('the distance of two points', () => {
  it('is known for a degree of the equator, a quarter of a meridian, and none', () => {
    const origin = { latitude: 0, longitude: 0 };
    expect(distanceKm(origin, { latitude: 0, longitude: 1 })).toBeCloseTo(111.195, 3);
    expect(distanceKm(origin, { latitude: 90, longitude: 0 })).toBeCloseTo(10_007.557, 3);
    expect(distanceKm(origin, origin)).toBe(0);
  });

  it('is the same both ways, across the date line too, and never more than half the way around the earth', () => {
    const point = fc.record({
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    });
    fc.assert(
      fc.property(point, point, (a, b) => {
        expect(distanceKm(a, b)).toBeCloseTo(distanceKm(b, a), 6);
        expect(distanceKm(a, b)).toBeLessThanOrEqual(20_016);
      }),
    );
    expect(distanceKm({ latitude: 0, longitude: 179.9 }, { latitude: 0, longitude: -179.9 })).toBeCloseTo(
      22.24,
      1,
    );
  });
});
