import fc from 'fast-check';
import { parseInput, unwrap } from '#kernel';
import { checkedLayout } from '../layout-checks.ts';
import { ROW_LABELLINGS, SEAT_NUMBERINGS } from '../numbering.ts';
import { MIN_SEAT_DISTANCE_M, planLayout } from '../plan-layout.ts';
import { type Seat, seatIdOf, seatsOf } from '../seats.ts';
import { generateLayout, type LayoutOrder, layoutOrder, SHAPE_SEATS, SHAPES } from './generate-layout.ts';

/** Coordinates are rounded to centimetres. */
const ROUNDING_M = 0.02;

const orders = fc.constantFrom(...SHAPES).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    seats: fc.integer({ min: SHAPE_SEATS[shape].fewest, max: SHAPE_SEATS[shape].most }),
    numbering: fc.constantFrom(...SEAT_NUMBERINGS, undefined),
    rowLabels: fc.constantFrom(...ROW_LABELLINGS, undefined),
    accessibleShare: fc.constantFrom(0.01, 0.05),
  }),
);

function seatsWithIds(order: LayoutOrder): (Seat & { id: string })[] {
  return generateLayout(order).sections.flatMap((section) =>
    section.rows.flatMap((row) =>
      seatsOf(row, section).map((seat) => ({ ...seat, id: seatIdOf(section.id, row.label, seat.number) })),
    ),
  );
}

/** The least distance between any two seats, of whatever sections. */
function leastDistance(seats: readonly Seat[]): number {
  const byX = seats.toSorted((a, b) => a.x - b.x);
  let least = 1;
  for (const [i, seat] of byX.entries()) {
    for (let j = i + 1; j < byX.length && byX[j]!.x - seat.x < least; j++) {
      least = Math.min(least, Math.hypot(byX[j]!.x - seat.x, byX[j]!.y - seat.y));
    }
  }
  return least;
}

describe('a generated layout', () => {
  it('has exactly the seats that were asked for, each with an id of its own, and enough accessible places', () => {
    fc.assert(
      fc.property(orders, (order) => {
        const seats = seatsWithIds(order);
        expect(seats).toHaveLength(order.seats);
        expect(new Set(seats.map(({ id }) => id)).size).toBe(order.seats);
        const accessible = seats.filter(({ isAccessible }) => isAccessible).length;
        expect(accessible / order.seats).toBeGreaterThanOrEqual(order.accessibleShare);
        expect(accessible / order.seats).toBeLessThan(order.accessibleShare + 0.05);
      }),
      { numRuns: 8 },
    );
  });

  it('keeps people apart, also those of different sections', () => {
    fc.assert(
      fc.property(orders, (order) => {
        expect(leastDistance(seatsWithIds(order))).toBeGreaterThan(MIN_SEAT_DISTANCE_M - ROUNDING_M);
      }),
      { numRuns: 3 },
    );
  });

  it('keeps the rules for every layout', () => {
    fc.assert(
      fc.property(orders, (order) => {
        const layout = generateLayout(order);
        expect(parseInput(planLayout, layout)).toEqual({ ok: true, value: layout });
        expect(checkedLayout(layout, order.seats, 'plan')).toMatchObject({ ok: true });
      }),
      { numRuns: 3 },
    );
  });

  it('is the same for the same order', () => {
    const order = unwrap(parseInput(layoutOrder, { shape: 'ARENA', seats: 4_321 }));
    expect(generateLayout(order)).toEqual(generateLayout(order));
  });

  it('of a theatre has stalls and balconies with an aisle in the middle, odd on the left and even on the right', () => {
    const { sections } = generateLayout(unwrap(parseInput(layoutOrder, { shape: 'THEATRE', seats: 2_000 })));
    expect(sections.map(({ name }) => name)).toEqual(['Stalls', 'Circle', 'Balcony']);
    const rows = sections.flatMap((section) => section.rows);
    expect(rows.every(({ runs: [left, right] }) => left?.step === -2 && right?.first === 2)).toBe(true);
    expect(rows.every(({ runs: [, right] }) => right?.gap === 1.6)).toBe(true);
    expect(sections[0]?.rows.slice(7, 9).map(({ label }) => label)).toEqual(['H', 'J']);
  });

  it('of a stadium has tiers of blocks on all sides', () => {
    const { sections, bounds } = generateLayout(
      unwrap(parseInput(layoutOrder, { shape: 'STADIUM', seats: 60_000 })),
    );
    expect([...new Set(sections.map(({ group }) => group))]).toEqual(['Tier 1', 'Tier 2']);
    expect(bounds.minX).toBe(-bounds.maxX);
    expect(bounds.minY).toBe(-bounds.maxY);
  });
});

describe('an order for a layout', () => {
  it.each([
    ['seats', { shape: 'THEATRE', seats: 6_001 }],
    ['seats', { shape: 'ARENA', seats: 999 }],
    ['seats', { shape: 'STADIUM', seats: 60_000.5 }],
    ['shape', { shape: 'CIRCUS', seats: 500 }],
    ['accessibleShare', { shape: 'THEATRE', seats: 500, accessibleShare: 0.5 }],
  ])('is refused for its %s', (field, order) => {
    expect(parseInput(layoutOrder, order)).toMatchObject({ ok: false, failure: { field } });
  });
});
