import { Injectable } from '@nestjs/common';
import { fail, InvalidInput, NotFound, ok, RetryLater, type Result } from '#kernel';
import type { EventCopy } from '../../events/infrastructure/event-copies.repository.ts';
import type { WishedLine } from '../../inventory/domain/cart.ts';
import { SoldOut } from '../../inventory/domain/failures.ts';
import type { ChosenLine } from '../../inventory/infrastructure/hold-request.ts';
import { type EventSeating, sellsSeats } from '../domain/event-seating.ts';
import type { PlacedSeat } from '../domain/seat.ts';
import type { SeatBoard } from '../infrastructure/seat-board.ts';
import { type OpenBoard, SeatBoards } from '../infrastructure/seat-boards.ts';
import { Seatings } from '../infrastructure/seatings.ts';

export type ChoiceFailure = InvalidInput | NotFound | SoldOut | RetryLater;

/** How old the letters may be that the best seats are looked for in; the script notices when they were too old. */
const OFFER_MAX_AGE_MS = 250;

/** Seats that were offered as the best: whoever asked for them has to say what became of them. */
interface Offer {
  readonly board: SeatBoard;
  readonly places: readonly number[];
}

/** A cart with its seats. `seating` is undefined for an event that sells none. */
export class ChosenCart {
  constructor(
    readonly lines: readonly ChosenLine[],
    readonly seating: EventSeating | undefined,
    private readonly offers: readonly Offer[],
  ) {}

  held(): void {
    for (const { board, places } of this.offers) board.noteGone(places);
  }

  refused(): void {
    for (const { board, places } of this.offers) board.giveUp(places);
  }

  /** Somebody was faster. True when all that was lost had been offered as the best, so that others may be. */
  lost(seatIds: readonly string[]): boolean {
    this.refused();
    const places = seatIds.flatMap((seatId) => this.seating?.layout.find(seatId)?.at ?? []);
    const offered = new Set(this.offers.flatMap((offer) => offer.places));
    for (const { board } of this.offers) board.noteGone(places);
    return places.length > 0 && places.every((at) => offered.has(at));
  }
}

/** Finds the seats of a cart: those that its lines name, or the best that are free. */
@Injectable()
export class ChooseSeats {
  constructor(
    private readonly seatings: Seatings,
    private readonly boards: SeatBoards,
  ) {}

  async execute(event: EventCopy, wished: readonly WishedLine[]): Promise<Result<ChosenCart, ChoiceFailure>> {
    const seating = await this.seatings.of(event);
    const offers: Offer[] = [];
    const lines: ChosenLine[] = [];
    let isComplete = false;
    try {
      for (const [i, line] of wished.entries()) {
        const chosen = await this.chooseLine(event, seating, line, `lines.${i}`, offers);
        if (!chosen.ok) return chosen;
        lines.push(chosen.value);
      }
      isComplete = true;
      return ok(new ChosenCart(lines, seating, offers));
    } finally {
      if (!isComplete) new ChosenCart([], seating, offers).refused();
    }
  }

  private async chooseLine(
    event: EventCopy,
    seating: EventSeating | undefined,
    line: WishedLine,
    field: string,
    offers: Offer[],
  ): Promise<Result<ChosenLine, ChoiceFailure>> {
    const { ticketTypeId, quantity, seatIds, sectionId, accessible } = line;
    const ticketType = event.ticketTypes.find((one) => one.ticketTypeId === ticketTypeId);
    if (!ticketType || !sellsSeats(event, ticketType)) {
      const named = seatIds ? 'seatIds' : sectionId ? 'sectionId' : accessible ? 'accessible' : undefined;
      // Whether there is such a ticket type is for the stock to say.
      if (!ticketType || !named) return ok({ ticketTypeId, quantity });
      return fail(invalid(`${field}.${named}`, 'the ticket type sells units of a pool, not seats'));
    }
    if (!seating) return fail(new RetryLater("The event's seats are not known here yet."));
    if (seatIds) {
      const seats = namedSeats(seating, ticketTypeId, seatIds, `${field}.seatIds`);
      return seats.ok ? ok({ ticketTypeId, quantity, seats: seats.value }) : seats;
    }
    if (sectionId && seating.sellerOf(sectionId) !== ticketTypeId)
      return fail(
        invalid(`${field}.sectionId`, `the ticket type does not sell seats of section ${sectionId}`),
      );
    const offered = await this.offerBest(event, line);
    if (!offered.ok) return offered;
    offers.push(offered.value);
    const seats = offered.value.places.map((at) => seating.layout.seatAt(at));
    return ok({ ticketTypeId, quantity, seats });
  }

  /** From letters of a moment ago; before it is said that there are too few, from those of now. */
  private async offerBest(event: EventCopy, line: WishedLine): Promise<Result<Offer, SoldOut | RetryLater>> {
    const askedAt = performance.now();
    let free = 0;
    for (const moment of [askedAt - OFFER_MAX_AGE_MS, askedAt]) {
      const open = await this.boards.open(event, moment);
      if (!open) return fail(new RetryLater("The event's seats are being loaded."));
      const offered = offerOn(open, line);
      if (Array.isArray(offered)) return ok({ board: open.board, places: offered });
      free = offered.free;
    }
    return fail(new SoldOut(line.ticketTypeId, free, line.sectionId !== undefined || line.accessible));
  }
}

function offerOn({ board, seating }: OpenBoard, line: WishedLine): number[] | { readonly free: number } {
  const { ticketTypeId, sectionId, quantity, accessible } = line;
  const rows = seating.rowsOf(ticketTypeId, sectionId);
  const { layout } = seating;
  return (
    board.offerBest({ layout, rows, quantity, accessible }) ?? {
      free: board.countFree(rows, (at) => !accessible || layout.accessible[at] === 1),
    }
  );
}

function namedSeats(
  seating: EventSeating,
  ticketTypeId: string,
  seatIds: readonly string[],
  field: string,
): Result<PlacedSeat[], InvalidInput | NotFound> {
  const seats: PlacedSeat[] = [];
  for (const [i, seatId] of seatIds.entries()) {
    const seat = seating.layout.find(seatId);
    if (!seat) return fail(new NotFound('seat', seatId));
    const seller = seating.sellerOf(seatId.slice(0, seatId.indexOf('-')));
    if (seller === undefined || seating.layout.blocked[seat.at] === 1)
      return fail(invalid(`${field}.${i}`, `seat ${seatId} is not for sale`));
    if (seller !== ticketTypeId)
      return fail(invalid(`${field}.${i}`, `seat ${seatId} is sold as another ticket type: ${seller}`));
    seats.push(seat);
  }
  return ok(seats);
}

function invalid(field: string, message: string): InvalidInput {
  return new InvalidInput(field, `${field}: ${message}`);
}
