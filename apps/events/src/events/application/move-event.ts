import { Injectable } from '@nestjs/common';
import { type InvalidInput, type NotFound, parseInput, type Result, type WrongState } from '#kernel';
import type { Viewer } from '#security';
import { VenuesRepository } from '../../venues/infrastructure/venues.repository.ts';
import type { Event } from '../domain/event.ts';
import { moveEventInput } from '../domain/event-input.ts';
import { move } from '../domain/move-event.ts';
import { ChangeEvent, type ChangeEventFailure } from './change-event.ts';
import { newVenueFor } from './new-venue.ts';

type Refused = InvalidInput | NotFound | WrongState;

/** Moves an event to another time or place, with a refund offer for who has ordered already. */
@Injectable()
export class MoveEvent {
  constructor(
    private readonly changeEvent: ChangeEvent,
    private readonly venues: VenuesRepository,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    eventId: string,
    input: unknown,
  ): Promise<Result<Event, ChangeEventFailure | Refused>> {
    const parsed = parseInput(moveEventInput, input);
    if (!parsed.ok) return parsed;
    const { venueId, ...target } = parsed.value;
    return this.changeEvent.execute<Refused>(viewer, eventId, async (event, now) => {
      const venue = await newVenueFor(event, venueId, this.venues);
      return venue.ok ? move(event, target, venue.value, now) : venue;
    });
  }
}
