import { Inject, Injectable } from '@nestjs/common';
import {
  CLOCK,
  type Clock,
  fail,
  type Failure,
  NotFound,
  NotSignedIn,
  type NotPermitted,
  ok,
  type Result,
  RetryLater,
} from '#kernel';
import { requireTask, type Viewer } from '#security';
import type { Event } from '../domain/event.ts';
import { isVisible } from './visibility.ts';
import { type EventFactType, EventsRepository } from '../infrastructure/events.repository.ts';

/** Times that a change is decided anew because someone else changed the event in between. */
const MAX_TRIES = 3;

export type ChangeEventFailure = NotSignedIn | NotPermitted | NotFound | RetryLater;

export interface EventChange<F extends Failure> {
  /** Decides on the event as it stands; giving the same event back means that nothing is to be changed. */
  readonly decide: (event: Event, now: Date) => Result<Event, F> | Promise<Result<Event, F>>;
  /** What a change of a public event is called. */
  readonly fact?: EventFactType;
}

/** The one way in which a member changes an event: decide on a version, and write only if it is still that version. */
@Injectable()
export class ChangeEvent {
  constructor(
    private readonly events: EventsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute<F extends Failure>(
    viewer: Viewer | undefined,
    eventId: string,
    { decide, fact }: EventChange<F>,
  ): Promise<Result<Event, F | ChangeEventFailure>> {
    if (!viewer) return fail(new NotSignedIn());
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const event = await this.events.find(eventId);
      if (!event || !isVisible(event, viewer)) return fail(new NotFound('event', eventId));
      const permitted = requireTask(viewer, 'MANAGE_EVENTS', event.organizationId);
      if (!permitted.ok) return permitted;
      const now = this.clock.now();
      const decided = await decide(event, now);
      if (!decided.ok || decided.value === event) return decided;
      if (await this.events.save(event, decided.value, now, fact)) return ok(decided.value);
    }
    return fail(new RetryLater('The event is being changed by others, or its news cannot be sent just now.'));
  }
}
