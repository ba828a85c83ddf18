import { Inject, Injectable } from '@nestjs/common';
import {
  CLOCK,
  type Clock,
  IDS,
  type IdSource,
  type InvalidInput,
  type NotPermitted,
  type NotSignedIn,
  ok,
  type Result,
} from '#kernel';
import { requireTask, type Viewer } from '#security';
import { newVenue, type Venue } from '../domain/venue.ts';
import { VenuesRepository } from '../infrastructure/venues.repository.ts';

@Injectable()
export class CreateVenue {
  constructor(
    private readonly venues: VenuesRepository,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    input: unknown,
  ): Promise<Result<Venue, InvalidInput | NotSignedIn | NotPermitted>> {
    const venue = newVenue({ id: this.ids.uuid(), at: this.clock.now() }, input);
    if (!venue.ok) return venue;
    const permitted = requireTask(viewer, 'MANAGE_EVENTS', venue.value.organizationId);
    if (!permitted.ok) return permitted;
    await this.venues.add(venue.value);
    return ok(venue.value);
  }
}
