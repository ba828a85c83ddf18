import { Injectable } from '@nestjs/common';
import {
  fail,
  type Failure,
  NotFound,
  NotSignedIn,
  type NotPermitted,
  type Result,
  type RetryLater,
} from '#kernel';
import { requireTask, type Viewer } from '#security';
import type { Event } from '../domain/event.ts';
import { AmendEvent, type Decide } from './amend-event.ts';
import { isVisible } from './visibility.ts';

export type ChangeEventFailure = NotSignedIn | NotPermitted | NotFound | RetryLater;

/** A change of an event by a member of its organization. */
@Injectable()
export class ChangeEvent {
  constructor(private readonly amendEvent: AmendEvent) {}

  async execute<F extends Failure>(
    viewer: Viewer | undefined,
    eventId: string,
    decide: Decide<F>,
  ): Promise<Result<Event, F | ChangeEventFailure>> {
    if (!viewer) return fail(new NotSignedIn());
    return this.amendEvent.execute<F | ChangeEventFailure>(eventId, (event, now) => {
      if (!isVisible(event, viewer)) return fail(new NotFound('event', eventId));
      const permitted = requireTask(viewer, 'MANAGE_EVENTS', event.organizationId);
      return permitted.ok ? decide(event, now) : permitted;
    });
  }
}
