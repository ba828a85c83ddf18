import { smallHall } from '../../../test/seating-desk.ts';
import { draftPlan } from './seating-plan.ts';

type Layout = typeof smallHall;
type Section = Layout['sections'][number];
type Row = Record<string, unknown>;

const seats = (count: number) => [{ first: 1, count }];

function check(layout: unknown, capacity: number) {
  const identity = { id: 'plan-1', organizationId: 'org-1', at: new Date(0) };
  return draftPlan(identity, { id: 'venue-1', capacity }, 'A plan', layout);
}

function hallWith(section: Record<string, unknown>): unknown {
  return { ...smallHall, sections: [{ ...(smallHall.sections[0] as Section), ...section }] };
}

function hallWithRow(row: Row): unknown {
  return hallWith({ rows: [{ label: 'A', x: -5, y: 0, runs: seats(10), ...row }] });
}

it('a good layout is taken', () => {
  expect(check(smallHall, 500)).toMatchObject({ ok: true, value: { status: 'DRAFT', layout: smallHall } });
  expect(check(smallHall, 9)).toMatchObject({ ok: true });
});

describe('a layout is refused, naming the place, for', () => {
  const refusals: [string, string, unknown, number?][] = [
    ['plan.sections', 'more seats than the venue holds', smallHall, 8],
    [
      'plan.sections.1.id',
      'two sections of one id',
      { ...smallHall, sections: Array(2).fill(smallHall.sections[0]) },
    ],
    ['plan.bounds', 'bounds inside out', { ...smallHall, bounds: { minX: 5, minY: 0, maxX: -5, maxY: 9 } }],
    ['plan.sections.0.rows.0', 'seats out of bounds', hallWithRow({ x: 6 })],
    [
      'plan.sections.0.rows.0',
      'a row that bites its own tail',
      hallWithRow({ radius: 1, x: 0, runs: seats(14) }),
    ],
    [
      'plan.sections.0.rows.0',
      'an aisle that is none',
      hallWithRow({ runs: [...seats(2), { first: 3, count: 1, gap: 0.2 }] }),
    ],
    [
      'plan.sections.0.rows.1',
      'rows on top of each other',
      hallWith({ rows: ['A', 'B'].map((label, i) => ({ label, x: i * 0.3, y: 0, runs: seats(3) })) }),
    ],
    [
      'plan.sections.0.rows.1.label',
      'two rows of one label',
      hallWith({ rows: [0, 1].map((y) => ({ label: 'A', x: 0, y, runs: seats(3) })) }),
    ],
    ['plan.sections.0.rows.0.label', 'a label with small letters', hallWithRow({ label: 'a' })],
    ['plan.sections.0.rows.0.label', 'a label with a hyphen', hallWithRow({ label: 'A-1' })],
    [
      'plan.sections.0.rows.0.runs.1',
      'a number that comes twice',
      hallWithRow({ runs: [...seats(3), ...seats(1)] }),
    ],
    [
      'plan.sections.0.rows.0.runs.0',
      'numbers below 1',
      hallWithRow({ runs: [{ first: 3, count: 4, step: -1 }] }),
    ],
    [
      'plan.sections.0.rows.0.runs.0.step',
      'a step of three',
      hallWithRow({ runs: [{ first: 3, count: 2, step: 3 }] }),
    ],
    [
      'plan.sections.0.rows.0.accessible.1',
      'an accessible place that is no seat',
      hallWithRow({ accessible: [1, 11] }),
    ],
    ['plan.sections.0.rows.0.blocked.0', 'a blocked number that is no seat', hallWithRow({ blocked: [99] })],
    ['plan.sections.0.rows.0.blocked.1', 'a seat that is blocked twice', hallWithRow({ blocked: [2, 2] })],
    [
      'plan.sections.0.rows.0.companion.0',
      'a seat of two kinds',
      hallWithRow({ accessible: [1], companion: [1] }),
    ],
    ['plan.sections.0.rows.0.radius', 'a row that is a point', hallWithRow({ radius: 0 })],
    ['plan.sections.0.rows.0.x', 'a place that is no number', hallWithRow({ x: Number.NaN })],
    ['plan.sections.0.rows.0.runs.0.count', 'too many seats in a row', hallWithRow({ runs: seats(201) })],
    [
      'plan.sections.0.rows.0.runs',
      'too many seats in a row by its runs',
      hallWithRow({ runs: [...seats(150), { first: 151, count: 51 }] }),
    ],
    ['plan.sections.0.rows', 'no rows', hallWith({ rows: [] })],
    [
      'plan.sections.0.rows',
      'too many seats in a section',
      hallWith({
        rows: Array.from({ length: 26 }, (_, i) => ({ label: `R${i}`, x: 0, y: i, runs: seats(200) })),
      }),
    ],
    [
      'plan.sections',
      'too many seats in all',
      {
        ...smallHall,
        sections: Array.from({ length: 13 }, (_, i) => ({
          id: `s${i}`,
          name: 'Block',
          x: 0,
          y: 0,
          rows: Array.from({ length: 25 }, (__, j) => ({ label: `R${j}`, x: 0, y: j, runs: seats(200) })),
        })),
      },
      200_000,
    ],
  ];

  it.each(refusals.map(([field, why, layout, capacity = 50_000]) => ({ field, why, layout, capacity })))(
    '$field: $why',
    ({ field, layout, capacity }) => {
      expect(check(layout, capacity)).toMatchObject({ ok: false, failure: { field } });
    },
  );
});
