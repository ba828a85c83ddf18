import type { PublishedSection } from '#contracts';
import type { PlacedSeat } from './seat.ts';

/** As an id has it: without zeros before it. */
const SEAT_NUMBER = /^(0|[1-9]\d{0,3})$/;

/** Neighbours, numbered from `first` in steps of `step`; their places go on from `from` one by one. */
export interface SeatRun {
  readonly from: number;
  readonly count: number;
  readonly first: number;
  readonly step: number;
}

export interface SeatRow {
  readonly label: string;
  /** To the stage, in the plan's units. */
  readonly distance: number;
  readonly from: number;
  readonly count: number;
  readonly runs: readonly SeatRun[];
}

export interface SeatSection {
  readonly id: string;
  readonly name: string;
  readonly from: number;
  readonly count: number;
  readonly rows: readonly SeatRow[];
}

/**
 * Every seat of a plan, numbered through from 0: its sections by id, in each its rows from the front to the back, in each
 * its runs. A published plan never changes, so a seat's place is the same for ever, and the state of 60,000 seats is a
 * string of 60,000 letters. Seats are computed, not kept.
 */
export class SeatLayout {
  readonly size: number;
  readonly sections: readonly SeatSection[];
  /** By place: 1 for a seat that is never sold. */
  readonly blocked: Uint8Array;
  /** By place: 1 for a place for wheelchairs and the like. */
  readonly accessible: Uint8Array;
  private readonly byId: ReadonlyMap<string, SeatSection>;
  /** By `<section>-<row>`. */
  private readonly rows: ReadonlyMap<string, SeatRow>;

  constructor(published: readonly PublishedSection[]) {
    const ordered = [...published].sort((a, b) => (a.sectionId < b.sectionId ? -1 : 1));
    const sections: SeatSection[] = [];
    let from = 0;
    for (const section of ordered) {
      const placed = placeSection(section, from);
      sections.push(placed);
      from += placed.count;
    }
    this.size = from;
    this.sections = sections;
    this.byId = new Map(sections.map((section) => [section.id, section]));
    this.rows = new Map(
      sections.flatMap(({ id, rows }) => rows.map((row) => [`${id}-${row.label}`, row] as const)),
    );
    this.blocked = new Uint8Array(from);
    this.accessible = new Uint8Array(from);
    for (const [i, { rows }] of ordered.entries())
      for (const [j, { blocked, accessible }] of rows.entries()) {
        const row = sections[i]?.rows[j];
        flag(this.blocked, row, blocked);
        flag(this.accessible, row, accessible);
      }
  }

  section(id: string): SeatSection | undefined {
    return this.byId.get(id);
  }

  /** Undefined when the plan has no such seat. */
  find(seatId: string): PlacedSeat | undefined {
    const at = this.placeOf(seatId);
    return at === undefined ? undefined : this.seatAt(at);
  }

  /** Undefined when the plan has no such seat. */
  placeOf(seatId: string): number | undefined {
    const rowEnd = seatId.lastIndexOf('-');
    const row = this.rows.get(seatId.slice(0, Math.max(rowEnd, 0)));
    const number = seatId.slice(rowEnd + 1);
    return row && SEAT_NUMBER.test(number) ? placeIn(row, Number(number)) : undefined;
  }

  /** @throws when the place is none of the plan's */
  seatAt(at: number): PlacedSeat {
    const section = this.sections.find(({ from, count }) => at >= from && at < from + count);
    const row = section?.rows.find(({ from, count }) => at >= from && at < from + count);
    const run = row?.runs.find(({ from, count }) => at >= from && at < from + count);
    if (!section || !row || !run) throw new Error(`the plan of ${this.size} seats has no place ${at}`);
    const number = run.first + (at - run.from) * run.step;
    return {
      at,
      seatId: `${section.id}-${row.label}-${number}`,
      section: section.name,
      row: row.label,
      number,
    };
  }
}

function placeSection({ sectionId, name, rows: published }: PublishedSection, start: number): SeatSection {
  let from = start;
  const rows = published.map(({ label, distance, runs: unplaced }): SeatRow => {
    const rowFrom = from;
    const runs = unplaced.map((run): SeatRun => {
      const placed = { from, ...run };
      from += run.count;
      return placed;
    });
    return { label, distance, from: rowFrom, count: from - rowFrom, runs };
  });
  return { id: sectionId, name, from: start, count: from - start, rows };
}

function placeIn({ runs }: SeatRow, number: number): number | undefined {
  for (const { from, count, first, step } of runs) {
    const steps = step === 0 ? 0 : (number - first) / step;
    if (first + steps * step === number && Number.isInteger(steps) && steps >= 0 && steps < count)
      return from + steps;
  }
  return undefined;
}

function flag(flags: Uint8Array, row: SeatRow | undefined, numbers: readonly number[]): void {
  for (const number of numbers) {
    const at = row && placeIn(row, number);
    if (at !== undefined) flags[at] = 1;
  }
}
