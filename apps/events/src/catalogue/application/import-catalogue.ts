import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import type { Event } from '../../events/domain/event.ts';
import { EventsRepository } from '../../events/infrastructure/events.repository.ts';
import type { Place } from '../../places/domain/place.ts';
import { PlacesRepository } from '../../places/infrastructure/places.repository.ts';
import { VenuesRepository } from '../../venues/infrastructure/venues.repository.ts';
import { PlansRepository } from '../../seating/infrastructure/plans.repository.ts';
import { eventOf } from '../domain/event-of-line.ts';
import { placeOf } from '../domain/place-line.ts';
import { SeatedHouses } from '../domain/seated-houses.ts';
import { VenueDirectory } from '../domain/venue-directory.ts';
import { type CatalogueVenue, venueOf } from '../domain/venue-line.ts';
import { importFile } from './import-file.ts';
import type { ImportProgress } from './import-progress.ts';
import { PublishFacts } from './publish-facts.ts';
import type { Tally } from './tally.ts';

export interface CatalogueImport {
  /** The folder with `places.ndjson`, `venues.ndjson` and `events.ndjson`. */
  readonly folder: string;
  /** Keep the events as history instead of moving them into the future. */
  readonly asIs: boolean;
}

export interface ImportReport {
  readonly files: readonly Tally[];
  /** Events and sections of seating plans whose facts waited for Kafka once the lines were in. */
  readonly facts: number;
  readonly factsElapsedMs: number;
}

/**
 * Imports the catalogue: what is there already stays as it is, by ids that derive from the lines. So it may be ended and
 * run again at any time, and a second run, on whatever day, changes nothing.
 */
@Injectable()
export class ImportCatalogue {
  constructor(
    private readonly places: PlacesRepository,
    private readonly venues: VenuesRepository,
    private readonly plans: PlansRepository,
    private readonly events: EventsRepository,
    private readonly publishFacts: PublishFacts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ folder, asIs }: CatalogueImport, progress: ImportProgress): Promise<ImportReport> {
    const now = this.clock.now();
    const places = new Map<string, Place>();
    const venues = new VenueDirectory();
    const houses = new SeatedHouses(now);
    const placesTally = await importFile<Place>(
      {
        path: join(folder, 'places.ndjson'),
        read: placeOf,
        store: (batch) => this.places.addAbsent(batch),
        keep: (place) => places.set(place.id, place),
      },
      progress,
    );
    const venuesTally = await importFile<CatalogueVenue>(
      {
        path: join(folder, 'venues.ndjson'),
        read: (json) => venueOf(json, now),
        store: (batch) => this.venues.addAbsent(batch.map(({ venue }) => venue)),
        keep: (venue) => venues.add(venue),
      },
      progress,
    );
    const eventsTally = await importFile<Event>(
      {
        path: join(folder, 'events.ndjson'),
        read: (json) => eventOf(json, { now, asIs, places, venues, houses }),
        store: async (batch) => {
          await this.plans.addPublishedAbsent(houses.takeUnstored());
          return this.events.addPublishedAbsent(batch);
        },
      },
      progress,
    );
    const startedAt = performance.now();
    const facts = await this.publishFacts.execute(progress);
    return {
      files: [placesTally, venuesTally, eventsTally],
      facts,
      factsElapsedMs: performance.now() - startedAt,
    };
  }
}
