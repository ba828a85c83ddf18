import type { Stock } from '../../inventory/infrastructure/stock.ts';
import { bestSeats } from '../domain/best-seats.ts';
import type { EventSeating } from '../domain/event-seating.ts';
import type { SeatLayout, SeatRow } from '../domain/seat-layout.ts';
import { type SeatLetters, type SeatMap, seatMapOf } from '../domain/seat-map.ts';
import { SEAT_LETTERS } from '../domain/seat.ts';

/** Places that changed between two versions. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly places: readonly number[];
}

/** Changes and places in them that are remembered; who knows only an older version gets the whole map. */
const MAX_REMEMBERED = 5_000;

const FREE = SEAT_LETTERS.FREE.charCodeAt(0);

export interface BestWish {
  readonly layout: SeatLayout;
  readonly rows: readonly SeatRow[];
  readonly quantity: number;
  readonly accessible: boolean;
}

/**
 * What this process knows of an event's seats: their letters as Redis had them a moment ago, and what has changed lately.
 * Nothing is decided by it: the scripts decide, and say so when it was outdated.
 */
export class SeatBoard implements SeatLetters {
  /** Of the letters; 0 before they are read. */
  version = 0;
  /** Of the seating that the letters belong to. */
  seating = '';
  private letters: Buffer = Buffer.alloc(0);
  private map: SeatMap | undefined;
  private readAt = -Infinity;
  private reading: Promise<boolean> | undefined;
  private changes: Change[] = [];
  private remembered = 0;
  /** Places that this process has offered or has seen taken, until the letters are newer than that moment. */
  private readonly busySince = new Map<number, number>();

  constructor(
    readonly eventId: string,
    private readonly stock: Stock,
  ) {}

  /** Brings the letters up to date with a moment of `performance.now()`. False when they cannot be read. */
  async readSince(moment: number): Promise<boolean> {
    while (this.readAt < moment) {
      this.reading ??= this.read().finally(() => (this.reading = undefined));
      if (!(await this.reading)) return false;
    }
    return true;
  }

  lettersOf(from: number, count: number): string {
    return this.letters.toString('latin1', from, from + count);
  }

  /** Worked out once a version: a thousand people who open a stadium, or come back to it, do so at the same moment. */
  mapOf(seating: EventSeating): SeatMap {
    if (seating.token !== this.seating) return seatMapOf(this, seating);
    return (this.map ??= seatMapOf(this, seating));
  }

  /** Places whose letters have changed since a version, newest states in `lettersOf`; undefined when that is forgotten. */
  changedSince(version: number): number[] | undefined {
    if (version === this.version) return [];
    const oldest = this.changes[0];
    if (!oldest || version < oldest.from || version > this.version) return undefined;
    const places = new Set<number>();
    for (const { to, places: changed } of this.changes)
      if (to > version) for (const at of changed) places.add(at);
    return [...places].toSorted((a, b) => a - b);
  }

  /** The best free seats, which this process offers to nobody else before `giveUp` or `noteGone`. */
  offerBest({ layout, rows, quantity, accessible }: BestWish): number[] | undefined {
    const places = bestSeats({
      rows,
      quantity,
      accessible,
      isFree: (at) => this.isFree(at),
      isAccessible: (at) => layout.accessible[at] === 1,
    });
    for (const at of places ?? []) this.busySince.set(at, Infinity);
    return places;
  }

  countFree(rows: readonly SeatRow[], isWanted: (at: number) => boolean): number {
    let free = 0;
    for (const { from, count } of rows)
      for (let at = from; at < from + count; at++) if (this.isFree(at) && isWanted(at)) free++;
    return free;
  }

  /** The offered seats were not taken. */
  giveUp(places: readonly number[]): void {
    for (const at of places) this.busySince.delete(at);
  }

  /** The seats are held or taken: by now Redis knows it. */
  noteGone(places: readonly number[]): void {
    for (const at of places) this.busySince.set(at, performance.now());
  }

  private isFree(at: number): boolean {
    return this.letters[at] === FREE && !this.busySince.has(at);
  }

  private async read(): Promise<boolean> {
    const startedAt = performance.now();
    const found = await this.stock.readSeats(this.eventId, this.version);
    if (!found) return false;
    this.readAt = startedAt;
    for (const [at, since] of this.busySince) if (since < startedAt) this.busySince.delete(at);
    if (found.letters !== undefined) this.replace(Buffer.from(found.letters, 'latin1'), found);
    return true;
  }

  private replace(letters: Buffer, { version, seating }: { version: number; seating: string }): void {
    // Across a change of what is sold, single seats would not tell of sections that came, went or changed their price.
    if (seating === this.seating && letters.length === this.letters.length) {
      this.remember({ from: this.version, to: version, places: differences(this.letters, letters) });
    } else {
      this.changes = [];
      this.remembered = 0;
    }
    this.letters = letters;
    this.map = undefined;
    this.version = version;
    this.seating = seating;
  }

  private remember(change: Change): void {
    this.changes.push(change);
    this.remembered += sizeOf(change);
    while (this.remembered > MAX_REMEMBERED) {
      const forgotten = this.changes.shift();
      this.remembered -= forgotten ? sizeOf(forgotten) : this.remembered;
    }
  }
}

/** A change that came to nothing (a seat was held and released between two looks) takes room, too. */
function sizeOf({ places }: Change): number {
  return 1 + places.length;
}

function differences(before: Buffer, after: Buffer): number[] {
  const places: number[] = [];
  for (let at = 0; at < after.length; at++) if (before[at] !== after[at]) places.push(at);
  return places;
}
