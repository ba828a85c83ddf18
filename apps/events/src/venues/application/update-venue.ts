import { Injectable } from '@nestjs/common';
import {
  fail,
  type InvalidInput,
  NotFound,
  type NotPermitted,
  type NotSignedIn,
  ok,
  type Result,
} from '#kernel';
import { requireTask, type Viewer } from '#security';
import { changesOfVenue, type Venue } from '../domain/venue.ts';
import { VenuesRepository } from '../infrastructure/venues.repository.ts';

type UpdateVenueFailure = InvalidInput | NotSignedIn | NotPermitted | NotFound;

/** Corrects what is said of a venue. Whoever made it may; events and plans that exist already keep what they took over. */
@Injectable()
export class UpdateVenue {
  constructor(private readonly venues: VenuesRepository) {}

  async execute(
    viewer: Viewer | undefined,
    venueId: string,
    input: unknown,
  ): Promise<Result<Venue, UpdateVenueFailure>> {
    const changes = changesOfVenue(input);
    if (!changes.ok) return changes;
    const venue = await this.venues.find(venueId);
    if (!venue) return fail(new NotFound('venue', venueId));
    // It never passes to another organization, so what was read of that still holds when the change is written.
    const permitted = requireTask(viewer, 'MANAGE_EVENTS', venue.organizationId);
    if (!permitted.ok) return permitted;
    const changed = await this.venues.change(venueId, venue.organizationId, changes.value);
    return changed ? ok(changed) : fail(new NotFound('venue', venueId));
  }
}
