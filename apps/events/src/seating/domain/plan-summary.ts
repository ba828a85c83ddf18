import type { PlanLayout, SectionLayout } from './plan-layout.ts';
import { type Point, rowSeatCount, type Seat, seatsOf } from './seats.ts';

/** What lists and rules need to know of a section, kept beside the layout so that they need not read its rows. */
export interface SectionSummary {
  readonly id: string;
  readonly name: string;
  readonly group?: string;
  readonly rows: number;
  /** All seats, blocked ones included. */
  readonly seats: number;
  /** Seats that can be sold: all but the blocked. */
  readonly sellable: number;
  /** Accessible places that can be sold. */
  readonly accessible: number;
  /** A polygon around its seats, for a drawing of the whole house: x and y by turns, in metres. */
  readonly outline: readonly number[];
}

/** Points of an outline along each of a section's four sides. */
const OUTLINE_POINTS_A_SIDE = 8;

export function summaryOf(layout: PlanLayout): SectionSummary[] {
  return layout.sections.map(sectionSummary);
}

function sectionSummary(section: SectionLayout): SectionSummary {
  const rows = section.rows.map((row) => seatsOf(row, section));
  const count = (matches: (seat: Seat) => boolean): number =>
    rows.reduce((sum, seats) => sum + seats.filter(matches).length, 0);
  return {
    id: section.id,
    name: section.name,
    ...(section.group === undefined ? {} : { group: section.group }),
    rows: rows.length,
    seats: section.rows.reduce((sum, row) => sum + rowSeatCount(row), 0),
    sellable: count(({ isBlocked }) => !isBlocked),
    accessible: count(({ isAccessible, isBlocked }) => isAccessible && !isBlocked),
    outline: outlineOf(rows),
  };
}

/** Along the front row, up the right ends, back along the last row, and down the left ends. */
function outlineOf(rows: readonly (readonly Seat[])[]): number[] {
  const ends = (index: 0 | -1): Point[] => rows.flatMap((seats) => seats.at(index) ?? []);
  const sides = [rows[0] ?? [], ends(-1), [...(rows.at(-1) ?? [])].reverse(), ends(0).reverse()];
  return sides.flatMap(sampled).flatMap(({ x, y }) => [toDecimetre(x), toDecimetre(y)]);
}

function sampled(points: readonly Point[]): Point[] {
  if (points.length <= OUTLINE_POINTS_A_SIDE) return [...points];
  const step = (points.length - 1) / (OUTLINE_POINTS_A_SIDE - 1);
  return Array.from({ length: OUTLINE_POINTS_A_SIDE }, (_, i) => points[Math.round(i * step)]).filter(
    (point) => point !== undefined,
  );
}

function toDecimetre(metres: number): number {
  return Math.round(metres * 10) / 10;
}
