import type { RowLayout, Run } from '../plan-layout.ts';
import { numberedRuns, rowLabel, type RowLabelling, type SeatNumbering } from '../numbering.ts';

/** From seat to seat and from row to row, as building codes of Europe have them at least, in metres. */
export const PITCH_M = 0.5;
export const ROW_DEPTH_M = 0.9;
/** From the last seat before an aisle to the first behind it. */
export const AISLE_M = 1.6;

/** A row before it has a label and numbers: blocks of seats from left to right, an aisle between two. */
export interface BareRow {
  readonly blocks: readonly number[];
  /** How far the row is from the origin of its section's frame, in metres. */
  readonly distance: number;
  readonly isCurved: boolean;
}

export interface Marking {
  readonly numbering: SeatNumbering;
  readonly rowLabels: RowLabelling;
}

export function seatsIn({ blocks }: Pick<BareRow, 'blocks'>): number {
  return blocks.reduce((sum, count) => sum + count, 0);
}

/** The length of a row from its first seat to its last, along the row, in metres. */
function lengthOf(blocks: readonly number[]): number {
  return (seatsIn({ blocks }) - blocks.length) * PITCH_M + (blocks.length - 1) * AISLE_M;
}

/** How many seats fit into a row of so many metres with so many aisles in it. Aisles to its sides are not counted. */
export function seatsFitting(length: number, aisles: number): number {
  return Math.max(0, Math.floor((length - aisles * (AISLE_M - PITCH_M)) / PITCH_M) + 1);
}

/** The row with so many seats less, taken from its ends by turns. Blocks that are left without seats go. */
export function shortened(row: BareRow, by: number): BareRow {
  const blocks = [...row.blocks];
  for (let i = 0; i < by; i++) {
    const index = i % 2 === 0 ? blocks.length - 1 : 0;
    blocks[index] = (blocks[index] ?? 0) - 1;
    if ((blocks[index] ?? 0) <= 0) blocks.splice(index, 1);
  }
  return { ...row, blocks };
}

/** Rows from the front to the back with labels and numbers, each in the middle of its section's frame. */
export function markedRows(rows: readonly BareRow[], { numbering, rowLabels }: Marking): RowLayout[] {
  let before = 0;
  return rows.map((row, index) => {
    const runs = withAisles(numberedRuns(numbering, row.blocks, before), row.blocks);
    before += seatsIn(row);
    return { label: rowLabel(rowLabels, index), ...geometryOf(row), runs };
  });
}

/** A numbering may divide a block into two runs; an aisle is only where a block ends. */
function withAisles(runs: readonly Run[], blocks: readonly number[]): Run[] {
  const ends = new Set(blocks.map((_, i) => seatsIn({ blocks: blocks.slice(0, i) })));
  let start = 0;
  return runs.map((run) => {
    const isAfterAisle = start > 0 && ends.has(start);
    start += run.count;
    return isAfterAisle ? { ...run, gap: AISLE_M } : run;
  });
}

/** Straight across the frame at y = distance, or on the circle around its origin; both open towards the stage. */
function geometryOf({ blocks, distance, isCurved }: BareRow): Omit<RowLayout, 'label' | 'runs'> {
  const half = lengthOf(blocks) / 2;
  if (!isCurved) return { x: rounded(-half), y: rounded(distance) };
  const angle = half / distance;
  return {
    x: rounded(-distance * Math.sin(angle)),
    y: rounded(distance * Math.cos(angle)),
    heading: rounded((angle * 180) / Math.PI),
    radius: rounded(-distance),
  };
}

/** To centimetres, and hundredths of a degree: a third of a centimetre in a row of twenty metres. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
