import { eventsPlans } from '#contracts';
import { unwrap } from '#kernel';
import {
  MAX_ROW_RUNS,
  MAX_SEAT_NUMBER,
  MAX_SECTION_ROWS,
  MAX_SECTION_SEATS,
  type PlanLayout,
} from './plan-layout.ts';
import { publishedSectionsOf } from './published-section.ts';
import { beginPublication, completePublication, draftPlan } from './seating-plan.ts';

/** What a broker takes in one message, in bytes, unless it is told otherwise. */
const KAFKA_MESSAGE_BYTES = 1_000_000;

/** The section whose fact is the longest: as many rows, runs, and marks as there may be, all numbers of four digits. */
function longestSection(): PlanLayout['sections'][number] {
  const seats = MAX_SECTION_SEATS / MAX_SECTION_ROWS;
  const rows = Array.from({ length: MAX_SECTION_ROWS }, (_, i) => {
    const numbers = Array.from({ length: seats }, (__, j) => MAX_SEAT_NUMBER - j);
    const single = numbers.slice(1, MAX_ROW_RUNS).map((first) => ({ first, count: 1 }));
    const rest = seats - single.length;
    return {
      label: String(1_000_000_000 + i),
      x: 0,
      y: i,
      runs: [...single, { first: MAX_SEAT_NUMBER - 100, count: rest, step: -2 as const }],
      blocked: [
        ...single.map(({ first }) => first),
        ...Array.from({ length: rest }, (__, j) => MAX_SEAT_NUMBER - 100 - 2 * j),
      ],
    };
  });
  const marked = rows.map((row) => ({ ...row, accessible: row.blocked }));
  return { id: 'z'.repeat(24), name: 'z'.repeat(60), x: 0, y: 0, rows: marked };
}

it('the fact of the longest possible section is far below what a broker takes', () => {
  const layout: PlanLayout = {
    stage: { x: 0, y: 0, width: 1, depth: 1 },
    bounds: { minX: -300, minY: -300, maxX: 300, maxY: 300 },
    sections: [longestSection()],
  };
  const identity = { id: 'i'.repeat(36), organizationId: 'o'.repeat(100), at: new Date(0) };
  const draft = unwrap(draftPlan(identity, { id: 'v'.repeat(36), capacity: 10_000 }, 'Longest', layout));
  const [section] = publishedSectionsOf(completePublication(beginPublication(draft), new Date(0)));
  expect(eventsPlans.facts.SeatingSectionPublished.payload.parse(section)).toEqual(section);
  expect(JSON.stringify(section).length).toBeGreaterThan(100_000);
  expect(JSON.stringify(section).length).toBeLessThan(KAFKA_MESSAGE_BYTES / 4);
});
