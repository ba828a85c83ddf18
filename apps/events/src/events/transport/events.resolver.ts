import { Inject } from '@nestjs/common';
import {
  Args,
  Context,
  Mutation,
  Parent,
  Query,
  ResolveField,
  Resolver,
  ResolveReference,
} from '@nestjs/graphql';
import { z } from 'zod';
import {
  answer,
  type Answer,
  type Connection,
  type GraphContext,
  INSTANT_KEY,
  orGraphError,
  pageArguments,
  toConnection,
} from '#graphql';
import { isMember } from '#security';
import { PAGE_MAX_AGE_MS, type Question, recent } from '#persistence';
import { CLOCK, type Clock, fail, NotPermitted, NotSignedIn, parseInput } from '#kernel';
import { RELEVANCE_KEY } from '../../search/search-page.ts';
import { searchText } from '../../search/search-words.ts';
import type { Venue } from '../../venues/domain/venue.ts';
import { VenuesRepository } from '../../venues/infrastructure/venues.repository.ts';
import { CancelEvent } from '../application/cancel-event.ts';
import { ChangeCapacity } from '../application/change-capacity.ts';
import { CreateEvent } from '../application/create-event.ts';
import { DuplicateEvent } from '../application/duplicate-event.ts';
import { MoveEvent } from '../application/move-event.ts';
import { PublishEvent } from '../application/publish-event.ts';
import { UpdateEvent } from '../application/update-event.ts';
import type { Event } from '../domain/event.ts';
import { eventFilter } from '../domain/event-filter.ts';
import { isVisible } from '../application/visibility.ts';
import { EventListing } from '../infrastructure/event-listing.ts';
import { EventsRepository } from '../infrastructure/events.repository.ts';
import { offered, type OfferedTicketType } from './offered-ticket-type.ts';

const eventsArguments = z.object({
  search: searchText,
  filter: eventFilter.nullish().transform((filter) => filter ?? {}),
});
const soonestFirst = z.object(pageArguments(INSTANT_KEY));
const mostRelevantFirst = z.object(pageArguments(RELEVANCE_KEY));
const organizationEventsArguments = z.object({ ...pageArguments(INSTANT_KEY), organizationId: z.string() });

@Resolver('Event')
export class EventsResolver {
  private readonly venuesOf: Question<Venue>;

  constructor(
    private readonly createEventUseCase: CreateEvent,
    private readonly updateEventUseCase: UpdateEvent,
    private readonly publishEventUseCase: PublishEvent,
    private readonly cancelEventUseCase: CancelEvent,
    private readonly moveEventUseCase: MoveEvent,
    private readonly duplicateEventUseCase: DuplicateEvent,
    private readonly changeCapacityUseCase: ChangeCapacity,
    private readonly repository: EventsRepository,
    private readonly listing: EventListing,
    venues: VenuesRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.venuesOf = recent(venues.findMany, { maxAgeMs: PAGE_MAX_AGE_MS, maxEntries: 10_000 });
  }

  @Query()
  async event(
    @Args('id') id: string,
    @Context() { viewer, loaders }: GraphContext,
  ): Promise<Event | undefined> {
    const event = await loaders.load(this.repository.findMany, id);
    return event && isVisible(event, viewer) ? event : undefined;
  }

  @Query()
  async events(@Args() args: unknown): Promise<Connection<Event>> {
    const { filter, search } = orGraphError(parseInput(eventsArguments, args));
    const now = this.clock.now();
    if (search.length === 0) {
      const page = orGraphError(parseInput(soonestFirst, args));
      return toConnection(await this.listing.upcoming(filter, page, now), asItIs);
    }
    const page = orGraphError(parseInput(mostRelevantFirst, args));
    return toConnection(await this.listing.matching(filter, search, page, now), asItIs);
  }

  @Query()
  async organizationEvents(
    @Args() args: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<Connection<Event>> {
    const { organizationId, ...page } = orGraphError(parseInput(organizationEventsArguments, args));
    if (!viewer) return orGraphError(fail(new NotSignedIn()));
    if (!isMember(viewer, organizationId)) {
      return orGraphError(
        fail(new NotPermitted('Only members of the organization see the list of its events.')),
      );
    }
    return toConnection(await this.listing.ofOrganization(organizationId, page), asItIs);
  }

  @Mutation()
  async createEvent(@Args('input') input: unknown, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('Event', await this.createEventUseCase.execute(viewer, input), asItIs);
  }

  @Mutation()
  async updateEvent(
    @Args('id') id: string,
    @Args('input') input: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('Event', await this.updateEventUseCase.execute(viewer, id, input), asItIs);
  }

  @Mutation()
  async publishEvent(@Args('id') id: string, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('Event', await this.publishEventUseCase.execute(viewer, id), asItIs);
  }

  @Mutation()
  async cancelEvent(
    @Args('id') id: string,
    @Args('reason') reason: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('Event', await this.cancelEventUseCase.execute(viewer, id, reason), asItIs);
  }

  @Mutation()
  async moveEvent(
    @Args('id') id: string,
    @Args('input') input: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('Event', await this.moveEventUseCase.execute(viewer, id, input), asItIs);
  }

  @Mutation()
  async duplicateEvent(
    @Args('id') id: string,
    @Args('startsAt') startsAt: Date,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('Event', await this.duplicateEventUseCase.execute(viewer, id, startsAt), asItIs);
  }

  @Mutation()
  async changeCapacity(
    @Args('ticketTypeId') ticketTypeId: string,
    @Args('capacity') capacity: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    const changed = await this.changeCapacityUseCase.execute(viewer, ticketTypeId, capacity);
    return answer('TicketType', changed, ({ ticketType, event }) => offered(ticketType, event));
  }

  @ResolveReference()
  resolveReference(
    @Parent() reference: { id: string },
    @Context() context: GraphContext,
  ): Promise<Event | undefined> {
    return this.event(reference.id, context);
  }

  @ResolveField()
  organization(@Parent() event: Event): { __typename: 'Organization'; id: string } {
    return { __typename: 'Organization', id: event.organizationId };
  }

  @ResolveField()
  async venue(@Parent() event: Event, @Context() { loaders }: GraphContext): Promise<Venue | undefined> {
    return event.venue && loaders.load(this.venuesOf, event.venue.id);
  }

  /** Of a draft that goes on sale when it is published, the earliest moment at which that could have been. */
  @ResolveField()
  salesStartAt(@Parent() event: Event): Date {
    return event.salesStartAt ?? event.createdAt;
  }

  /** Who may attend learns the address by other ways than the public page of the event. */
  @ResolveField()
  onlineUrl(@Parent() event: Event, @Context() { viewer }: GraphContext): string | undefined {
    return isMember(viewer, event.organizationId) ? event.onlineUrl : undefined;
  }

  @ResolveField()
  ticketTypes(@Parent() event: Event): OfferedTicketType[] {
    return event.ticketTypes.map((ticketType) => offered(ticketType, event));
  }
}

/** An event needs no translation: the graph reads its fields as they are. */
function asItIs(event: Event): Event {
  return event;
}
