import type { EventSeating } from './event-seating.ts';
import { seatStateOf, type SeatState } from './seat.ts';

/** The state of every seat that an event sells, section by section. */
export interface SeatMap {
  readonly version: number;
  readonly sections: readonly SectionMap[];
}

export interface SectionMap {
  readonly sectionId: string;
  readonly ticketTypeId: string;
  /** Seats that can be held now. */
  readonly free: number;
  /** A letter for each seat, in the order of the plan. */
  readonly states: string;
}

/** What has become of seats since a version that somebody knew. */
export interface SeatMapChange {
  readonly version: number;
  /** Everything, for who knows nothing, or too little. */
  readonly snapshot?: SeatMap;
  readonly seats: readonly { readonly seatId: string; readonly state: SeatState }[];
}

/** The letters of seats of a plan at one version, and which of them changed since an earlier one. */
export interface SeatLetters {
  readonly version: number;
  lettersOf(from: number, count: number): string;
  /** The map of that version. The seating is the one that the letters belong to. */
  mapOf(seating: EventSeating): SeatMap;
  /** Undefined when that is not known any more. */
  changedSince(version: number): readonly number[] | undefined;
}

export function seatMapOf(
  letters: Pick<SeatLetters, 'version' | 'lettersOf'>,
  seating: EventSeating,
): SeatMap {
  const sections = seating.soldSections().map(({ id, from, count }): SectionMap => {
    const states = letters.lettersOf(from, count);
    const ticketTypeId = seating.sellerOf(id) ?? '';
    return { sectionId: id, ticketTypeId, free: states.split('F').length - 1, states };
  });
  return { version: letters.version, sections };
}

/** `since` is undefined for somebody who knows nothing. */
export function changeSince(
  letters: SeatLetters,
  seating: EventSeating,
  since: number | undefined,
): SeatMapChange {
  const { version } = letters;
  const changed = since === undefined ? undefined : letters.changedSince(since);
  if (!changed) return { version, snapshot: letters.mapOf(seating), seats: [] };
  const seats = changed.map((at) => ({
    seatId: seating.layout.seatAt(at).seatId,
    state: seatStateOf(letters.lettersOf(at, 1)),
  }));
  return { version, seats };
}
