import { Inject, Injectable } from '@nestjs/common';
import {
  CLOCK,
  type Clock,
  fail,
  IDS,
  type IdSource,
  type InvalidInput,
  NotFound,
  NotSignedIn,
  type NotPermitted,
  ok,
  type Result,
} from '#kernel';
import { requireTask, type Viewer } from '#security';
import { duplicate } from '../domain/duplicate-event.ts';
import type { Event } from '../domain/event.ts';
import { EventsRepository } from '../infrastructure/events.repository.ts';
import { AddDraft } from './add-draft.ts';
import { isVisible } from './visibility.ts';

type DuplicateEventFailure = InvalidInput | NotSignedIn | NotPermitted | NotFound;

/** Makes a draft like an event that is there. */
@Injectable()
export class DuplicateEvent {
  constructor(
    private readonly events: EventsRepository,
    private readonly addDraft: AddDraft,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    eventId: string,
    startsAt: Date,
  ): Promise<Result<Event, DuplicateEventFailure>> {
    if (!viewer) return fail(new NotSignedIn());
    const original = await this.events.find(eventId);
    if (!original || !isVisible(original, viewer)) return fail(new NotFound('event', eventId));
    const permitted = requireTask(viewer, 'MANAGE_EVENTS', original.organizationId);
    if (!permitted.ok) return permitted;
    const copy = duplicate(original, {
      id: this.ids.eventId(),
      startsAt,
      at: this.clock.now(),
      ticketTypeId: () => this.ids.uuid(),
    });
    return copy.ok ? ok(await this.addDraft.execute(copy.value)) : copy;
  }
}
