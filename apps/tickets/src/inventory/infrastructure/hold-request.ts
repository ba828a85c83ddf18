import type { InvalidInput, NotFound, RetryLater } from '#kernel';
import type { SeatTaken } from '../../seats/domain/failures.ts';
import type { PlacedSeat } from '../../seats/domain/seat.ts';
import type { CartLine } from '../domain/cart.ts';
import type { LimitExceeded, PriceChanged, SalesClosed, SoldOut } from '../domain/failures.ts';
import type { DeskChannel } from './hold-record.ts';

/** Units, and where they are seats, which: all of the event's seating that the request names. */
export interface ChosenLine extends CartLine {
  readonly seats?: readonly PlacedSeat[];
}

export interface HoldRequest {
  readonly holdId: string;
  readonly eventId: string;
  readonly accountId: string;
  readonly lines: readonly ChosenLine[];
  /** Token of the event's seating; undefined for an event that sells no seats. */
  readonly seating?: string;
  readonly holdMs: number;
  readonly maxTotal?: { readonly amount: number; readonly currency: string };
  readonly correlationId: string;
  /** Of a member's hold: no account's limits count, and COMPLIMENTARY costs nothing. */
  readonly channel?: DeskChannel;
  /** An earlier attempt, which died, may have taken this very hold, with the last units there were. */
  readonly mayStand?: boolean;
}

export type HoldFailure =
  SoldOut | SeatTaken | PriceChanged | LimitExceeded | SalesClosed | NotFound | InvalidInput | RetryLater;
