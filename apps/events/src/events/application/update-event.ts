import { Inject, Injectable } from '@nestjs/common';
import {
  fail,
  IDS,
  type IdSource,
  type InvalidInput,
  NotFound,
  parseInput,
  type Result,
  type WrongState,
} from '#kernel';
import type { Viewer } from '#security';
import { VenuesRepository } from '../../venues/infrastructure/venues.repository.ts';
import { type Event, reviseDraft } from '../domain/event.ts';
import { updateEventInput } from '../domain/event-input.ts';
import { ChangeEvent, type ChangeEventFailure } from './change-event.ts';

/** Changes a draft. A draft is nobody else's business: no fact. */
@Injectable()
export class UpdateEvent {
  constructor(
    private readonly changeEvent: ChangeEvent,
    private readonly venues: VenuesRepository,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    eventId: string,
    input: unknown,
  ): Promise<Result<Event, ChangeEventFailure | InvalidInput | WrongState>> {
    const parsed = parseInput(updateEventInput, input);
    if (!parsed.ok) return parsed;
    const { venueId, ...changes } = parsed.value;
    return this.changeEvent.execute<InvalidInput | NotFound | WrongState>(viewer, eventId, {
      decide: async (event) => {
        const isNew = venueId !== undefined && venueId !== event.venue?.id;
        const newVenue = isNew ? await this.venues.find(venueId) : undefined;
        if (isNew && !newVenue) return fail(new NotFound('venue', venueId));
        return reviseDraft(event, changes, newVenue, () => this.ids.uuid());
      },
    });
  }
}
