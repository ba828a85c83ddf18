import { type DynamicModule, Module } from '@nestjs/common';
import { eventsEvents, eventsPlans, ticketsCapacities } from '#contracts';
import { MessagingModule } from '#messaging';
import { MongoModule } from '#persistence';
import { CoreModule } from '#service';
import type { StoreConfig } from './config.ts';
import { EventsRepository } from './events/infrastructure/events.repository.ts';
import { PlacesRepository } from './places/infrastructure/places.repository.ts';
import { SellableSections } from './seating/application/sellable-sections.ts';
import { PlansRepository } from './seating/infrastructure/plans.repository.ts';
import { VenuesRepository } from './venues/infrastructure/venues.repository.ts';

const repositories = [
  PlacesRepository,
  VenuesRepository,
  PlansRepository,
  SellableSections,
  EventsRepository,
];

/** What the service owns and says: shared by the service itself and the import of the catalogue. */
@Module({})
export class StoreModule {
  static forRoot(config: StoreConfig): DynamicModule {
    return {
      module: StoreModule,
      imports: [
        CoreModule.forService('events', config),
        MongoModule.forService('events', config),
        MessagingModule.forService('events', config, [eventsEvents, eventsPlans, ticketsCapacities]),
      ],
      providers: repositories,
      exports: repositories,
    };
  }
}
