import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { subgraphModule } from '#graphql';
import { IDS, type IdSource } from '#kernel';
import type { EventsConfig } from './config.ts';
import { AddDraft } from './events/application/add-draft.ts';
import { AmendEvent } from './events/application/amend-event.ts';
import { CancelEvent } from './events/application/cancel-event.ts';
import { ChangeCapacity } from './events/application/change-capacity.ts';
import { ChangeEvent } from './events/application/change-event.ts';
import { CreateEvent } from './events/application/create-event.ts';
import { DuplicateEvent } from './events/application/duplicate-event.ts';
import { MoveEvent } from './events/application/move-event.ts';
import { PublishEvent } from './events/application/publish-event.ts';
import { SettleCapacities } from './events/application/settle-capacities.ts';
import { UpdateEvent } from './events/application/update-event.ts';
import { EventListing } from './events/infrastructure/event-listing.ts';
import { CapacitiesConsumer } from './events/transport/capacities.consumer.ts';
import { EventsResolver } from './events/transport/events.resolver.ts';
import { TicketTypesResolver } from './events/transport/ticket-types.resolver.ts';
import { IMAGE_STORE } from './images/application/image-store.ts';
import { RemoveEventImage } from './images/application/remove-event-image.ts';
import { RequestImageUpload, UPLOAD_KEY } from './images/application/request-image-upload.ts';
import { StoreImage } from './images/application/store-image.ts';
import { SweepImages } from './images/application/sweep-images.ts';
import { ImageFolder } from './images/infrastructure/image-folder.ts';
import { ImagesController } from './images/transport/images.controller.ts';
import { ImagesResolver } from './images/transport/images.resolver.ts';
import { ImagesSweepTimer } from './images/transport/images-sweep.timer.ts';
import { RawImages } from './images/transport/raw-images.ts';
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

const events = [
  AmendEvent,
  ChangeEvent,
  AddDraft,
  CreateEvent,
  DuplicateEvent,
  UpdateEvent,
  PublishEvent,
  CancelEvent,
  MoveEvent,
  ChangeCapacity,
  SettleCapacities,
  CapacitiesConsumer,
  EventListing,
  EventsResolver,
  TicketTypesResolver,
];

const images = [
  RequestImageUpload,
  StoreImage,
  RemoveEventImage,
  SweepImages,
  RawImages,
  ImagesSweepTimer,
  ImagesResolver,
];

const seating = [
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
];

@Module({})
export class EventsModule {
  static forRoot(config: EventsConfig): DynamicModule {
    const imageStore = (ids: IdSource) => new ImageFolder(config.IMAGES_FOLDER, ids);
    return {
      module: EventsModule,
      imports: [
        StoreModule.forRoot(config),
        subgraphModule({ schemaFile: join(import.meta.dirname, 'schema.graphql') }),
      ],
      controllers: [ImagesController],
      providers: [
        CreateVenue,
        UpdateVenue,
        VenuesResolver,
        ...events,
        ...images,
        ...seating,
        { provide: UPLOAD_KEY, useValue: config.IMAGE_UPLOAD_KEY },
        { provide: IMAGE_STORE, useFactory: imageStore, inject: [IDS] },
      ],
    };
  }
}
