import { Injectable } from '@nestjs/common';
import { fail, type InvalidInput, NotFound, RetryLater, type Result } from '#kernel';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import { type ChosenCart, ChooseSeats } from '../../seats/application/choose-seats.ts';
import { SeatingChanged, SeatTaken } from '../../seats/domain/failures.ts';
import type { WishedLine } from '../domain/cart.ts';
import type { Hold } from '../domain/hold.ts';
import { StockLoader } from '../infrastructure/stock-loader.ts';
import type { HoldFailure, HoldRequest } from '../infrastructure/hold-request.ts';
import { Holds } from '../infrastructure/holds.ts';

export interface CartWish extends Omit<HoldRequest, 'lines' | 'seating'> {
  readonly lines: readonly WishedLine[];
}

/** Each fails only because somebody else was faster, or the event was changed just then. */
const ATTEMPTS = 5;

/** Finds the seats of a cart and takes it, all or nothing, by the one script that decides. */
@Injectable()
export class TakeCart {
  constructor(
    private readonly events: EventCopiesRepository,
    private readonly chooseSeats: ChooseSeats,
    private readonly holds: Holds,
    private readonly stockLoader: StockLoader,
  ) {}

  async execute({ lines, ...request }: CartWish): Promise<Result<Hold, HoldFailure | InvalidInput>> {
    const { eventId } = request;
    let isEventFresh = false;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const event = isEventFresh ? await this.events.find(eventId) : await this.events.findRecent(eventId);
      if (!event) return fail(new NotFound('event', eventId));
      const chosen = await this.chooseSeats.execute(event, lines);
      if (!chosen.ok) return chosen;
      const cart = chosen.value;
      const held = await this.hold(cart, request);
      if (held.ok) {
        cart.held();
        return held;
      }
      if (held.failure instanceof SeatTaken) {
        if (!cart.lost(held.failure.seatIds)) return held;
      } else {
        cart.refused();
        if (!(held.failure instanceof SeatingChanged)) return held;
        // With the event as it is now, it can only be the stock that is of another time.
        if (isEventFresh) await this.stockLoader.invalidate([eventId]);
        isEventFresh = true;
      }
    }
    return fail(new RetryLater('Others were faster.', 200));
  }

  private async hold(
    cart: ChosenCart,
    request: Omit<HoldRequest, 'lines' | 'seating'>,
  ): Promise<Result<Hold, HoldFailure>> {
    try {
      return await this.holds.take({ ...request, lines: cart.lines, seating: cart.seating?.token });
    } catch (error) {
      cart.refused();
      throw error;
    }
  }
}
