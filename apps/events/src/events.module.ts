import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { subgraphModule } from '#graphql';
import type { EventsConfig } from './config.ts';
import { CancelEvent } from './events/application/cancel-event.ts';
import { ChangeEvent } from './events/application/change-event.ts';
import { CreateEvent } from './events/application/create-event.ts';
import { PublishEvent } from './events/application/publish-event.ts';
import { UpdateEvent } from './events/application/update-event.ts';
import { EventListing } from './events/infrastructure/event-listing.ts';
import { EventsResolver } from './events/transport/events.resolver.ts';
import { TicketTypesResolver } from './events/transport/ticket-types.resolver.ts';
import { CreateSeatingPlan } from './seating/application/create-seating-plan.ts';
import { FinishPublications } from './seating/application/finish-publications.ts';
import { GenerateSeatingPlan } from './seating/application/generate-seating-plan.ts';
import { PublishSeatingPlan } from './seating/application/publish-seating-plan.ts';
import { UpdateSeatingPlan } from './seating/application/update-seating-plan.ts';
import { CutOffPublicationsTimer } from './seating/transport/cut-off-publications.timer.ts';
import { EventPlanResolver } from './seating/transport/event-plan.resolver.ts';
import { PlansResolver } from './seating/transport/plans.resolver.ts';
import { SectionsResolver } from './seating/transport/sections.resolver.ts';
import { VenuePlansResolver } from './seating/transport/venue-plans.resolver.ts';
import { StoreModule } from './store.module.ts';
import { CreateVenue } from './venues/application/create-venue.ts';
import { UpdateVenue } from './venues/application/update-venue.ts';
import { VenuesResolver } from './venues/transport/venues.resolver.ts';

@Module({})
export class EventsModule {
  static forRoot(config: EventsConfig): DynamicModule {
    return {
      module: EventsModule,
      imports: [
        StoreModule.forRoot(config),
        subgraphModule({ schemaFile: join(import.meta.dirname, 'schema.graphql') }),
      ],
      providers: [
        CreateVenue,
        UpdateVenue,
        VenuesResolver,
        CreateSeatingPlan,
        GenerateSeatingPlan,
        UpdateSeatingPlan,
        PublishSeatingPlan,
        FinishPublications,
        CutOffPublicationsTimer,
        PlansResolver,
        SectionsResolver,
        VenuePlansResolver,
        EventPlanResolver,
        EventListing,
        ChangeEvent,
        CreateEvent,
        UpdateEvent,
        PublishEvent,
        CancelEvent,
        EventsResolver,
        TicketTypesResolver,
      ],
    };
  }
}
