import fc from 'fast-check';
import { bestSeats } from './best-seats.ts';
import type { SeatRow } from './seat-layout.ts';

/** A house told by letters: rows of `.` free, `#` taken, `a` accessible, with `|` for an aisle; nearest row first. */
function house(...lines: string[]): {
  rows: SeatRow[];
  letters: string;
  ask: (quantity: number, more?: object) => string;
} {
  let from = 0;
  const rows = lines.map((line, index): SeatRow => {
    const rowFrom = from;
    const runs = line.split('|').map((seats) => {
      const run = { from, count: seats.length, first: 1, step: 1 };
      from += seats.length;
      return run;
    });
    return { label: String(index), distance: 5 + index, from: rowFrom, count: from - rowFrom, runs };
  });
  const letters = lines.join('').replaceAll('|', '');
  const ask = (quantity: number, more: object = {}): string => {
    const seats = bestSeats({
      rows,
      quantity,
      isFree: (at) => letters[at] !== '#',
      isAccessible: (at) => letters[at] === 'a',
      accessible: false,
      ...more,
    });
    if (!seats) return 'none';
    const chosen = new Set(seats);
    let at = 0;
    return lines
      .map((line) => line.replaceAll(/[^|]/g, (letter) => (chosen.has(at++) ? 'X' : letter)))
      .join(' ');
  };
  return { rows, letters, ask };
}

describe('the best seats', () => {
  it('are together, in the middle of the row nearest the stage', () => {
    expect(house('.......', '.......').ask(3)).toBe('..XXX.. .......');
    expect(house('###.###', '.......').ask(3)).toBe('###.### ..XXX..');
    expect(house('##..###', '###....').ask(3)).toContain('XXX');
  });

  it('leave nobody a single seat where that can be had', () => {
    expect(house('.....').ask(2)).toBe('XX...');
    expect(house('...', '....').ask(2)).toBe('... XX..');
    expect(house('...').ask(2)).toMatch(/^(XX\.|\.XX)$/);
    expect(house('...', '..').ask(2)).toBe('... XX');
  });

  it('do not cross an aisle, unless there is no other way', () => {
    expect(house('..|..', '....').ask(4)).toBe('..|.. XXXX');
    expect(house('..|..', '#..#').ask(4)).toBe('XX|XX #..#');
  });

  it('are in as few blocks as can be, also far from the stage', () => {
    expect(house('.#.#.#.', '..#####', '##...##').ask(5)).toBe('.#.#.#. XX##### ##XXX##');
  });

  it('spare the accessible places until nothing else is left, or take them when they are asked for', () => {
    expect(house('aaaa.', '..###').ask(2)).toBe('aaaa. XX###');
    expect(house('aaaa', '.##.').ask(2)).toBe('aaaa X##X');
    expect(house('aaaa', '.##.').ask(3)).toBe('XXXa .##.');
    expect(house('....', '.aa.').ask(2, { accessible: true })).toBe('.... .XX.');
    expect(house('....', '.aa.').ask(3, { accessible: true })).toBe('none');
  });

  it('are none when there are too few', () => {
    expect(house('.#.').ask(3)).toBe('none');
    expect(house('###').ask(1)).toBe('none');
  });
});

const line = fc
  .array(fc.constantFrom('.', '.', '.', '#', '|'), { minLength: 1, maxLength: 7 })
  .map((letters) =>
    letters
      .join('')
      .replaceAll(/\|+/g, '|')
      .replaceAll(/^\||\|$/g, '')
      .padEnd(1, '.'),
  );
const anyHouse = fc.array(line, { minLength: 1, maxLength: 3 });

interface Judged {
  readonly blocks: number;
  readonly singles: number;
  readonly distance: number;
}

/** Judges a choice by itself, seat by seat: blocks, the single seats that it leaves beside it, and distance. */
function judge(lines: readonly string[], chosen: ReadonlySet<number>): Judged {
  let [blocks, singles, distance, at] = [0, 0, 0, 0];
  for (const [index, text] of lines.entries())
    for (const run of text.split('|')) {
      for (const gap of run.matchAll(/\.+/g)) {
        const marks = [...gap[0]].map((_, i) => (chosen.has(at + gap.index + i) ? 'X' : '.')).join('');
        const pieces = marks.match(/X+/g) ?? [];
        blocks += pieces.length;
        if (pieces.length > 0) singles += (marks.match(/(?<!\.)\.(?!\.)/g) ?? []).length;
        distance += pieces.join('').length * (5 + index);
      }
      at += run.length;
    }
  return { blocks, singles, distance };
}

function allChoices(free: readonly number[], quantity: number): number[][] {
  if (quantity === 0) return [[]];
  return free.flatMap((at, i) =>
    allChoices(free.slice(i + 1), quantity - 1).map((others) => [at, ...others]),
  );
}

const byWorth = (a: Judged, b: Judged): number =>
  a.blocks - b.blocks || a.singles - b.singles || a.distance - b.distance;

describe('the best seats of any house', () => {
  it('are as good as the best of all choices that there are', () => {
    fc.assert(
      fc.property(anyHouse, fc.integer({ min: 1, max: 5 }), (lines, quantity) => {
        const { rows, letters } = house(...lines);
        const free = [...letters].flatMap((letter, at) => (letter === '.' ? [at] : []));
        const found = bestSeats({
          rows,
          quantity,
          isFree: (at) => letters[at] === '.',
          isAccessible: () => false,
          accessible: false,
        });
        if (free.length < quantity) return expect(found).toBeUndefined();
        expect(new Set(found).size).toBe(quantity);
        expect(found?.every((at) => letters[at] === '.')).toBe(true);
        const [best] = allChoices(free, quantity)
          .map((choice) => judge(lines, new Set(choice)))
          .toSorted(byWorth);
        expect(judge(lines, new Set(found))).toEqual(best);
      }),
      { numRuns: 300 },
    );
  });

  it('are the same whenever they are asked for, and in whatever order the rows come', () => {
    fc.assert(
      fc.property(anyHouse, fc.integer({ min: 1, max: 5 }), (lines, quantity) => {
        const { rows, letters } = house(...lines);
        const ask = (ordered: SeatRow[]) =>
          bestSeats({
            rows: ordered,
            quantity,
            isFree: (at) => letters[at] === '.',
            isAccessible: () => false,
            accessible: false,
          });
        expect(ask(rows.toReversed())).toEqual(ask(rows));
      }),
    );
  });
});
