import { Inject, Injectable } from '@nestjs/common';
import {
  IDS,
  type IdSource,
  type InvalidInput,
  type NotFound,
  parseInput,
  type Result,
  type WrongState,
} from '#kernel';
import type { Viewer } from '#security';
import { SellableSections } from '../../seating/application/sellable-sections.ts';
import { VenuesRepository } from '../../venues/infrastructure/venues.repository.ts';
import type { FieldLocked } from '../domain/edit-rules.ts';
import type { Event } from '../domain/event.ts';
import { updateEventInput } from '../domain/event-input.ts';
import { revise } from '../domain/revise-event.ts';
import { ChangeEvent, type ChangeEventFailure } from './change-event.ts';
import { namedPlan } from './named-plan.ts';
import { newVenueFor } from './new-venue.ts';

type Refused = InvalidInput | NotFound | WrongState | FieldLocked;

/** Changes an event, as far as its sales leave it open. */
@Injectable()
export class UpdateEvent {
  constructor(
    private readonly changeEvent: ChangeEvent,
    private readonly venues: VenuesRepository,
    private readonly sellable: SellableSections,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    eventId: string,
    input: unknown,
  ): Promise<Result<Event, ChangeEventFailure | Refused>> {
    const parsed = parseInput(updateEventInput, input);
    if (!parsed.ok) return parsed;
    const { venueId, ...changes } = parsed.value;
    return this.changeEvent.execute<Refused>(viewer, eventId, async (event, now) => {
      const venue = await newVenueFor(event, venueId, this.venues);
      if (!venue.ok) return venue;
      const named = await namedPlan(event.planId, this.sellable);
      return revise(event, {
        changes,
        named,
        newVenue: venue.value,
        now,
        ticketTypeId: () => this.ids.uuid(),
      });
    });
  }
}
