/** A seat as people find it. */
export interface Seat {
  /** `<section>-<row>-<number>`, unique in its plan. */
  readonly seatId: string;
  /** The section's name: "Stalls". */
  readonly section: string;
  readonly row: string;
  readonly number: number;
}

/** A seat with its place in the string that Redis keeps of an event's seats: see {@link SeatLayout}. */
export interface PlacedSeat extends Seat {
  readonly at: number;
}

/** What becomes of a seat, by the letter that stands for it in Redis and in the seat map. */
export const SEAT_LETTERS = {
  FREE: 'F',
  /** By a hold, or an order that is not paid yet. */
  HELD: 'H',
  /** Sold. */
  TAKEN: 'T',
  /** Never sold, or not by this event. */
  BLOCKED: 'B',
} as const;
export type SeatState = keyof typeof SEAT_LETTERS;

export function seatStateOf(letter: string): SeatState {
  switch (letter) {
    case 'F':
      return 'FREE';
    case 'H':
      return 'HELD';
    case 'T':
      return 'TAKEN';
    default:
      return 'BLOCKED';
  }
}

/** Without the place, which is nobody's business outside the stock. */
export function labelOf({ seatId, section, row, number }: Seat): Seat {
  return { seatId, section, row, number };
}
