import { Injectable } from '@nestjs/common';
import { Broadcast } from '#cache';
import { fail, NotFound, ok, RetryLater, type Result } from '#kernel';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import { seatsKey } from '../../inventory/infrastructure/stock-scripts.ts';
import { SeatBoards, type OpenBoard } from '../infrastructure/seat-boards.ts';
import { Seatings } from '../infrastructure/seatings.ts';
import { type SeatMapStream, SeatWatch } from './seat-watch.ts';

/** Lets any number of readers watch the seats of events, at the cost of one reader each. */
@Injectable()
export class WatchSeatMap {
  private readonly watches = new Map<string, SeatWatch>();

  constructor(
    private readonly events: EventCopiesRepository,
    private readonly seatings: Seatings,
    private readonly boards: SeatBoards,
    private readonly broadcast: Broadcast,
  ) {
    broadcast.onGap(() => {
      for (const watch of this.watches.values()) watch.hint();
    });
  }

  /** `since` is the version that the reader knows; undefined for the whole map first. */
  async execute(
    eventId: string,
    since: number | undefined,
  ): Promise<Result<SeatMapStream, NotFound | RetryLater>> {
    const event = await this.events.findRecent(eventId);
    if (!event) return fail(new NotFound('event', eventId));
    if (!this.seatings.mayExist(event)) return fail(new NotFound('seat map of event', eventId));
    const open = await this.boards.open(event, performance.now());
    if (!open) return fail(new RetryLater("The event's seats are being loaded."));
    const watch = this.watches.get(eventId) ?? this.begin(eventId, open);
    return ok(watch.join(since));
  }

  private begin(eventId: string, open: OpenBoard): SeatWatch {
    const subscribed = this.broadcast.subscribe(seatsKey(eventId), () => watch.hint());
    const watch = new SeatWatch(
      open,
      async (moment) => {
        const event = await this.events.findRecent(eventId);
        return event && this.boards.open(event, moment);
      },
      () => {
        this.watches.delete(eventId);
        // If Redis is away just then, there is nothing to unsubscribe from.
        void subscribed.then((stop) => stop()).catch(() => undefined);
      },
    );
    // What changed before the subscription stood.
    void subscribed.then(() => watch.hint()).catch(() => undefined);
    this.watches.set(eventId, watch);
    return watch;
  }
}
