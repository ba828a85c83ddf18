import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MemberRole } from '#contracts';
import { eventsEvents, eventsPlans, type FactsOf, ticketsCapacities } from '#contracts';
import { FactLine, type GraphClient, RunningService, TestAuthority, testSettings } from '#testing';
import { EventsModule } from '../src/events.module.ts';

const TICKET_TYPE = `id name description basePrice { amount currency formatted } pricingMode floor { amount }
  ceiling { amount } capacity capacityChange { requested status committed requestedAt decidedAt } maxPerOrder
  maxPerAccount salesStartAt salesEndAt event { id }`;
const EVENT = `id name description organization { id } status category mode venue { id name capacity } city country startsAt endsAt
  doorsOpenAt timeZone salesStartAt salesEndAt maxPerAccount ticketTypes { ${TICKET_TYPE} } keywords language url onlineUrl
  images { id url alt contentType width height } refundOffer { offeredAt until } cancelledAt cancelReason
  origin { identifier } createdAt publishedAt`;
const FAILURE = `... on Failure { code message }`;
const INVALID = `... on InvalidInput { field }`;
const LOCKED = `... on FieldLocked { field }`;
const WRONG = `... on WrongState { currentState }`;
/** An id of another GraphQL type than an event's, and so under another name. */
const NOT_FOUND = `... on NotFound { what id }`;

export const CREATE_VENUE = `mutation ($input: CreateVenueInput!) { createVenue(input: $input) { __typename
  ... on Venue { id name city country latitude longitude capacity timeZone source } ${FAILURE} ${INVALID} } }`;
export const CREATE_EVENT = `mutation ($input: CreateEventInput!) { createEvent(input: $input) { __typename
  ... on Event { ${EVENT} } ${FAILURE} ${INVALID} ${NOT_FOUND} } }`;
export const UPDATE_EVENT = `mutation ($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) { __typename
  ... on Event { ${EVENT} } ${FAILURE} ${INVALID} ${LOCKED} ${WRONG} } }`;
export const PUBLISH = `mutation ($id: ID!) { publishEvent(id: $id) { __typename
  ... on Event { ${EVENT} } ${FAILURE} ${INVALID} ${WRONG} } }`;
export const CANCEL = `mutation ($id: ID!, $reason: String) { cancelEvent(id: $id, reason: $reason) { __typename
  ... on Event { ${EVENT} } ${FAILURE} ${INVALID} ${WRONG} } }`;
export const MOVE = `mutation ($id: ID!, $input: MoveEventInput!) { moveEvent(id: $id, input: $input) { __typename
  ... on Event { ${EVENT} } ${FAILURE} ${INVALID} ${WRONG} ${NOT_FOUND} } }`;
export const DUPLICATE = `mutation ($id: ID!, $startsAt: DateTime!) { duplicateEvent(id: $id, startsAt: $startsAt) { __typename
  ... on Event { ${EVENT} } ${FAILURE} ${INVALID} } }`;
export const CHANGE_CAPACITY = `mutation ($ticketTypeId: ID!, $capacity: Int!) {
  changeCapacity(ticketTypeId: $ticketTypeId, capacity: $capacity) { __typename
  ... on TicketType { ${TICKET_TYPE} } ${FAILURE} ${INVALID} ${WRONG} } }`;
export const REQUEST_UPLOAD = `mutation ($eventId: ID!, $contentType: String!, $bytes: Int!, $alt: String!) {
  requestImageUpload(eventId: $eventId, contentType: $contentType, bytes: $bytes, alt: $alt) { __typename
  ... on ImageUpload { url imageId contentType expiresAt } ${FAILURE} ${INVALID} } }`;
export const REMOVE_IMAGE = `mutation ($eventId: ID!, $imageId: ID!) {
  removeEventImage(eventId: $eventId, imageId: $imageId) { __typename ... on Event { ${EVENT} } ${FAILURE} } }`;
export const ONE = `query ($id: ID!) { event(id: $id) { ${EVENT} } }`;
export const LIST = `query ($first: Int, $after: String, $search: String, $filter: EventFilter) {
  events(first: $first, after: $after, search: $search, filter: $filter) {
    nodes { id name } edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`;
export const MINE = `query ($organizationId: ID!, $first: Int, $after: String) {
  organizationEvents(organizationId: $organizationId, first: $first, after: $after) {
    nodes { id name status } pageInfo { hasNextPage endCursor } } }`;
export const VENUES = `query ($first: Int, $after: String, $search: String) {
  venues(first: $first, after: $after, search: $search) { nodes { id name } pageInfo { hasNextPage endCursor } } }`;
export const ENTITIES = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on Event { id name venue { name } ticketTypes { id } } ... on TicketType { id name event { id } } ... on Venue { id name } } }`;

export const ORGANIZATION = 'org-1';
export const hall = {
  organizationId: ORGANIZATION,
  name: 'Grand Hall',
  city: 'Lyon',
  country: 'FR',
  latitude: 45.75,
  longitude: 4.85,
  capacity: 500,
  timeZone: 'Europe/Paris',
};
export const euros = (amount: number) => ({ amount, currency: 'EUR' });
export const regular = { name: 'Regular', basePrice: euros(5_000), capacity: 100 };

const DAY_MS = 24 * 3_600_000;
export const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();

type Fields = Record<string, unknown>;

/** The events service on the real engines, with people who use it. */
export class EventDesk {
  private constructor(
    readonly service: RunningService,
    private readonly authority: TestAuthority,
    /** The other services' side of Kafka. */
    readonly line: FactLine,
    /** What the service has told Kafka. */
    readonly facts: readonly FactsOf<typeof eventsEvents>[],
    readonly manager: GraphClient,
    readonly venueId: string,
    readonly imagesFolder: string,
  ) {}

  static async open(): Promise<EventDesk> {
    const settings = testSettings();
    const authority = await TestAuthority.start();
    const line = await FactLine.open(settings, [eventsEvents, eventsPlans, ticketsCapacities]);
    const imagesFolder = await mkdtemp(join(tmpdir(), 'tessera-images-'));
    const service = await RunningService.start(
      'events',
      EventsModule.forRoot({
        ...settings,
        AUTH_URL: authority.url,
        IMAGES_FOLDER: imagesFolder,
        IMAGE_UPLOAD_KEY: randomBytes(32),
      }),
      settings,
    );
    const facts = await line.collect(eventsEvents);
    const manager = service.graph.as(await tokenOf(authority, 'MANAGER', ORGANIZATION));
    const { id } = await manager.expect('Venue', CREATE_VENUE, { input: hall });
    return new EventDesk(service, authority, line, facts, manager, String(id), imagesFolder);
  }

  /** What the service has told Kafka of seating plans. */
  planFacts(): Promise<readonly FactsOf<typeof eventsPlans>[]> {
    return this.line.collect(eventsPlans);
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.line.close();
    await this.authority.close();
    await rm(this.imagesFolder, { recursive: true });
  }

  get anyone(): GraphClient {
    return this.service.graph;
  }

  async as(role: MemberRole, organizationId = ORGANIZATION): Promise<GraphClient> {
    return this.anyone.as(await tokenOf(this.authority, role, organizationId));
  }

  concert(change: Fields = {}): Fields {
    return {
      organizationId: ORGANIZATION,
      name: 'Evening of Fugues',
      venueId: this.venueId,
      startsAt: inDays(30),
      endsAt: inDays(30.2),
      ticketTypes: [regular],
      ...change,
    };
  }

  draft(change: Fields = {}) {
    return this.manager.expect('Event', CREATE_EVENT, { input: this.concert(change) });
  }

  async onSale(change: Fields = {}) {
    const { id } = await this.draft(change);
    return this.manager.expect('Event', PUBLISH, { id });
  }

  /** Facts of one event so far: type and version, and what they say. */
  factsOf(eventId: string) {
    return this.facts.filter(({ aggregateId }) => aggregateId === eventId);
  }

  /** The ids on all pages of a list, by its cursors. */
  async walk(query: string, field: string, variables: Fields = {}): Promise<string[]> {
    const ids: string[] = [];
    for (let after: string | undefined; ;) {
      const { nodes, pageInfo } = (await this.manager.data(query, { ...variables, after }))[field];
      ids.push(...nodes.map(({ id }: { id: string }) => id));
      if (!pageInfo.hasNextPage) return ids;
      after = pageInfo.endCursor;
    }
  }
}

function tokenOf(authority: TestAuthority, role: MemberRole, organizationId: string): Promise<string> {
  return authority.token({ userId: `${role}-${organizationId}`, memberships: { [organizationId]: role } });
}
