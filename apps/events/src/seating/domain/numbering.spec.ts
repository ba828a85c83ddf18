import fc from 'fast-check';
import { numberedRuns, ROW_LABELLINGS, rowLabel, SEAT_NUMBERINGS } from './numbering.ts';
import { numbersOf } from './seats.ts';

function written(runs: ReturnType<typeof numberedRuns>): string {
  return runs.map((run) => numbersOf(run).join(' ')).join(' | ');
}

describe('the numbers of a row', () => {
  it.each([
    ['LEFT_TO_RIGHT', [3, 4], '1 2 3 | 4 5 6 7'],
    ['RIGHT_TO_LEFT', [3, 4], '7 6 5 | 4 3 2 1'],
    ['ODD_EVEN', [3, 3], '5 3 1 | 2 4 6'],
    ['ODD_EVEN', [4, 3], '7 5 3 1 | 2 4 6'],
    ['ODD_EVEN', [2, 4, 2], '7 5 | 3 1 | 2 4 | 6 8'],
    ['ODD_EVEN', [2, 2, 2, 2], '7 5 | 3 1 | 2 4 | 6 8'],
    ['ODD_EVEN', [5], '5 3 1 | 2 4'],
    ['CONTINUED', [2, 2], '11 12 | 13 14'],
  ] as const)('%s over blocks of %j are %s', (numbering, blocks, numbers) => {
    expect(written(numberedRuns(numbering, blocks, 10))).toBe(numbers);
  });

  it('are one for each seat, and none twice', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SEAT_NUMBERINGS),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        (numbering, blocks) => {
          const numbers = numberedRuns(numbering, blocks).flatMap(numbersOf);
          const seats = blocks.reduce((sum, count) => sum + count, 0);
          expect(numbers).toHaveLength(seats);
          expect(new Set(numbers).size).toBe(seats);
          expect(Math.min(...numbers)).toBe(1);
        },
      ),
    );
  });
});

describe('the labels of rows', () => {
  it.each([
    ['NUMBERS', '1 9 25 26 27'],
    ['LETTERS', 'A I Y Z AA'],
    ['LETTERS_WITHOUT_I_O', 'A J AA AB AC'],
  ] as const)('%s are %s for the 1st, 9th, 25th, 26th and 27th', (labelling, labels) => {
    expect([0, 8, 24, 25, 26].map((index) => rowLabel(labelling, index)).join(' ')).toBe(labels);
  });

  it('are all different', () => {
    for (const labelling of ROW_LABELLINGS) {
      const labels = Array.from({ length: 2_000 }, (_, i) => rowLabel(labelling, i));
      expect(new Set(labels).size).toBe(labels.length);
    }
  });
});
