import type { Run } from './plan-layout.ts';

/** How the seats of a row are numbered, seen by people who face the stage. */
export const SEAT_NUMBERINGS = ['LEFT_TO_RIGHT', 'RIGHT_TO_LEFT', 'ODD_EVEN', 'CONTINUED'] as const;
export type SeatNumbering = (typeof SEAT_NUMBERINGS)[number];

/** How the rows of a section are called. */
export const ROW_LABELLINGS = ['LETTERS', 'LETTERS_WITHOUT_I_O', 'NUMBERS'] as const;
export type RowLabelling = (typeof ROW_LABELLINGS)[number];

const LETTERS: Record<Exclude<RowLabelling, 'NUMBERS'>, string> = {
  LETTERS: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  // I and O are read as 1 and 0.
  LETTERS_WITHOUT_I_O: 'ABCDEFGHJKLMNPQRSTUVWXYZ',
};

/** The label of the row with an index from 0: 1, 2, 3 …, or A … Z, AA, AB …, as spreadsheets count. */
export function rowLabel(labelling: RowLabelling, index: number): string {
  if (labelling === 'NUMBERS') return String(index + 1);
  const letters = LETTERS[labelling];
  let label = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / letters.length)) {
    label = (letters[(rest - 1) % letters.length] ?? '') + label;
  }
  return label;
}

/**
 * The numbers of a row whose blocks of seats stand from left to right, an aisle between two:
 * - LEFT_TO_RIGHT: 1 2 3 | 4 5 6
 * - RIGHT_TO_LEFT: 6 5 4 | 3 2 1
 * - ODD_EVEN, from the middle outwards, as in many theatres of Europe: 5 3 1 | 2 4 6. Blocks are taken as lying to the
 *   left or to the right of the middle; one that the middle runs through is divided there.
 * - CONTINUED: left to right, on from the last number of the row in front (`before`).
 */
export function numberedRuns(
  numbering: SeatNumbering,
  blocks: readonly number[],
  before = 0,
): Pick<Run, 'first' | 'count' | 'step'>[] {
  const total = blocks.reduce((sum, count) => sum + count, 0);
  switch (numbering) {
    case 'LEFT_TO_RIGHT':
      return fromLeft(blocks, 1);
    case 'CONTINUED':
      return fromLeft(blocks, before + 1);
    case 'RIGHT_TO_LEFT':
      return blocks.map((count, i) => ({ first: total - sumBefore(blocks, i), count, step: -1 }));
    case 'ODD_EVEN':
      return oddEven(blocks, Math.ceil(total / 2));
  }
}

function fromLeft(blocks: readonly number[], first: number): Pick<Run, 'first' | 'count'>[] {
  return blocks.map((count, i) => ({ first: first + sumBefore(blocks, i), count }));
}

/** Odd numbers fall towards the middle, which lies behind `left` seats; even ones rise from there. */
function oddEven(blocks: readonly number[], left: number): Pick<Run, 'first' | 'count' | 'step'>[] {
  const middle = middleOf(blocks, left);
  return blocks.flatMap((count, i) => {
    const start = sumBefore(blocks, i);
    const odd = Math.max(0, Math.min(count, middle - start));
    const runs: Pick<Run, 'first' | 'count' | 'step'>[] = [];
    if (odd > 0) runs.push({ first: 2 * (middle - start) - 1, count: odd, step: -2 });
    if (odd < count) runs.push({ first: 2 * (start + odd - middle) + 2, count: count - odd, step: 2 });
    return runs;
  });
}

/** Of an even number of blocks the middle is the aisle between them, also if one half has more seats. */
function middleOf(blocks: readonly number[], left: number): number {
  return blocks.length % 2 === 0 ? sumBefore(blocks, blocks.length / 2) : left;
}

function sumBefore(blocks: readonly number[], index: number): number {
  return blocks.slice(0, index).reduce((sum, count) => sum + count, 0);
}
