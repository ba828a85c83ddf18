import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, fail, type Failure, NotFound, ok, type Result, RetryLater } from '#kernel';
import type { Event } from '../domain/event.ts';
import { EventsRepository } from '../infrastructure/events.repository.ts';

/** Times that a change is decided anew because someone else changed the event in between. */
const MAX_TRIES = 3;

/** Decides on the event as it stands; giving the same event back means that nothing is to be changed. */
export type Decide<F extends Failure> = (
  event: Event,
  now: Date,
) => Result<Event, F> | Promise<Result<Event, F>>;

/** The one way in which an event is changed: decide on a version, and write only if it is still that version. */
@Injectable()
export class AmendEvent {
  constructor(
    private readonly events: EventsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute<F extends Failure>(
    eventId: string,
    decide: Decide<F>,
  ): Promise<Result<Event, F | NotFound | RetryLater>> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const event = await this.events.find(eventId);
      if (!event) return fail(new NotFound('event', eventId));
      const now = this.clock.now();
      const decided = await decide(event, now);
      if (!decided.ok || decided.value === event) return decided;
      if (await this.events.save(event, decided.value)) return ok(decided.value);
    }
    return fail(new RetryLater('The event is being changed by others, or its news cannot be sent just now.'));
  }
}
