import { fail, NotFound, ok, type Result } from '#kernel';
import type { Venue } from '../../venues/domain/venue.ts';
import type { VenuesRepository } from '../../venues/infrastructure/venues.repository.ts';
import type { Event } from '../domain/event.ts';

/** The venue that an event is to go to; undefined when none is named, or the event is there already. */
export async function newVenueFor(
  event: Event,
  venueId: string | undefined,
  venues: VenuesRepository,
): Promise<Result<Venue | undefined, NotFound>> {
  if (venueId === undefined || venueId === event.venue?.id) return ok(undefined);
  const venue = await venues.find(venueId);
  return venue ? ok(venue) : fail(new NotFound('venue', venueId));
}
