/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import { randomBytes } from 'node:crypto';
import {
  authDevices,
  checkinAdmissions,
  checkinScans,
  eventsEvents,
  type Fact,
  type FactsOf,
  type PublicDevice,
  type PublicTicket,
  type PublishedEvent,
  type ScanDirection,
  ticketsKeys,
  ticketsTickets,
} from '#contracts';
import { CREDENTIAL_FLAGS, encodeCredential, generateSigningKey, type Sign, signWith } from '#credential';
import { eventIdToBytes, randomIds, ticketIdFromBytes, ticketIdToBytes } from '#kernel';
import {
  eventually,
  FactLine,
  type GraphClient,
  publishedEvent,
  RunningService,
  TestAuthority,
  testSettings,
  type TestUser,
} from '#testing';
import { CheckinModule } from '../src/checkin.module.ts';

export const SCAN = `mutation ($input: ScanInput!) { scan(input: $input) {
  __typename
  ... on Scan { id decision reason holderName ticketTypeName ticket { id } lane direction scannedAt decidedAt
    usedBefore { admittedAt lane inside } }
  ... on Failure { code message } ... on InvalidInput { field } } }`;
export const SCANS = `query ($eventId: ID!, $first: Int, $after: String) {
  scans(eventId: $eventId, first: $first, after: $after) {
    nodes { id decision reason holderName } pageInfo { hasNextPage endCursor } } }`;
const ENTITIES = `query ($r: [_Any!]!) { _entities(representations: $r) {
  ... on Event { id attendance { admitted inside refused expected } }
  ... on Ticket { id admission { admittedAt lane inside } } } }`;

export const HOUSE = 'house';
export const OTHER_HOUSE = 'other-house';
export const OTHER_KEY_ID = 8;
const KEY_ID = 7;
export const HOUR_MS = 3_600_000;

export const newTicketId = (): string => ticketIdFromBytes(randomBytes(10));
export const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;

/** `checkin` on the real engines, with the other services played: an organization, its key, and a member who scans. */
export class Door {
  /** Every ScanDecided so far. */
  decided: FactsOf<typeof checkinAdmissions>[] = [];
  sign!: Sign;
  /** Signs with the key of another organization. */
  foreignSign!: Sign;
  /** A member of the organization who may scan. */
  staff!: GraphClient;
  private nonces = 0;

  private constructor(
    readonly service: RunningService,
    readonly facts: FactLine,
    private readonly authority: TestAuthority,
  ) {}

  static async open(): Promise<Door> {
    const settings = testSettings();
    const authority = await TestAuthority.start();
    const topics = [authDevices, eventsEvents, ticketsTickets, ticketsKeys, checkinScans, checkinAdmissions];
    const facts = await FactLine.open(settings, topics);
    const config = { ...settings, AUTH_URL: authority.url };
    const service = await RunningService.start('checkin', CheckinModule.forRoot(config), settings);
    const door = new Door(service, facts, authority);
    door.decided = await facts.collect(checkinAdmissions);
    door.staff = await door.as({ userId: 'sam', memberships: { [HOUSE]: 'SCANNER' } });
    await door.publishDevice('turnstile-1');
    door.sign = await door.publishKey(KEY_ID, HOUSE);
    door.foreignSign = await door.publishKey(OTHER_KEY_ID, OTHER_HOUSE);
    return door;
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.facts.close();
    await this.authority.close();
  }

  async as(user: TestUser): Promise<GraphClient> {
    return this.service.graph.as(await this.authority.token(user));
  }

  /** Waits until the service has the copy. */
  async known(collection: string, id: string, version: number): Promise<void> {
    const copies = this.service.db.collection<{ _id: string; version: number }>(collection);
    await eventually(async () => {
      const copy = await copies.findOne({ _id: id });
      if (copy?.version !== version) throw new Error(`the copy of ${id} has version ${copy?.version}`);
    });
  }

  /** How many facts of other services the service has handled, as its metrics say. */
  async factsHandled(): Promise<number> {
    const metrics = await (await fetch(`${this.service.url}/metrics`)).text();
    const lines = metrics.split('\n').filter((line) => line.startsWith('tessera_facts_handled_total{'));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  async publishEvent(change: Partial<PublishedEvent> = {}): Promise<string> {
    const eventId = randomIds.eventId();
    const event = eventOf(eventId, change);
    await this.facts.publish(eventsEvents, 'EventPublished', { id: eventId, version: 1 }, event);
    await this.known('events', eventId, 1);
    return eventId;
  }

  async publishTicket(eventId: string, change: Partial<PublicTicket> = {}): Promise<string> {
    const ticketId = newTicketId();
    const ticket = ticketOf(eventId, ticketId, change);
    await this.facts.publish(ticketsTickets, 'TicketIssued', { id: ticketId, version: 1 }, ticket);
    await this.known('tickets', ticketId, 1);
    return ticketId;
  }

  /** A device that is registered, or with version 2 and a status revoked. */
  async publishDevice(deviceId: string, change: Partial<PublicDevice> = {}, version = 1): Promise<Fact> {
    const device = deviceOf(deviceId, change);
    const type = device.status === 'ACTIVE' ? 'DeviceRegistered' : 'DeviceRevoked';
    const fact = await this.facts.publish(authDevices, type, { id: deviceId, version }, device);
    await this.known('devices', deviceId, version);
    return fact;
  }

  /** What the device's own token lets it see and do. */
  async asDevice(deviceId: string, scope: { eventId?: string; venueId?: string } = {}): Promise<GraphClient> {
    const token = await this.authority.deviceToken({ deviceId, organizationId: HOUSE, ...scope });
    return this.service.graph.as(token);
  }

  /** The text of a QR code, as `tickets` would sign it. */
  credential(
    eventId: string,
    ticketId: string,
    { by = this.sign, keyId = KEY_ID, credentialVersion = 1, expiresAtS = secondsFromNow(86_400) } = {},
  ): Promise<string> {
    const event = eventIdToBytes(eventId);
    const ticket = ticketIdToBytes(ticketId);
    if (!event || !ticket) throw new Error(`${eventId} or ${ticketId} fits no credential`);
    const flags = CREDENTIAL_FLAGS.STATIC_FORM_ALLOWED;
    return encodeCredential({ keyId, event, ticket, credentialVersion, flags, expiresAtS }, by);
  }

  /** A new reading. */
  input(eventId: string, payload: string, change: Record<string, unknown> = {}): Record<string, unknown> {
    const nonce = `nonce-${++this.nonces}-of-phone-1`;
    return { eventId, payload, lane: 'North 1', deviceId: 'phone-1', nonce, ...change };
  }

  scan(eventId: string, payload: string, change: Record<string, unknown> = {}): Promise<any> {
    return this.staff.expect('Scan', SCAN, { input: this.input(eventId, payload, change) });
  }

  /** A scan by the other way in, from a turnstile. */
  submit(
    eventId: string,
    payload: string,
    nonce: string,
    direction: ScanDirection = 'ENTRY',
    deviceId = 'turnstile-1',
  ): Promise<Fact> {
    const aggregate = { id: deviceId, version: 0 };
    return this.facts.publish(checkinScans, 'ScanSubmitted', aggregate, {
      eventId,
      deviceId,
      nonce,
      lane: 'T1',
      direction,
      payload,
      scannedAt: new Date().toISOString(),
      scannedBy: 'turnstiles',
    });
  }

  async attendanceOf(graph: GraphClient, ...ids: string[]): Promise<unknown[]> {
    const r = ids.map((id) => ({ __typename: 'Event', id }));
    const { _entities } = await graph.data(ENTITIES, { r });
    return _entities.map((event: { attendance: unknown }) => event.attendance);
  }

  async admissionOf(graph: GraphClient, id: string): Promise<unknown> {
    const { _entities } = await graph.data(ENTITIES, { r: [{ __typename: 'Ticket', id }] });
    return _entities[0].admission;
  }

  private async publishKey(keyId: number, organizationId: string): Promise<Sign> {
    const pair = await generateSigningKey();
    const publicKey = Buffer.from(pair.publicKey).toString('base64url');
    const key = { keyId, organizationId, publicKey, createdAt: new Date().toISOString() };
    await this.facts.publish(ticketsKeys, 'SigningKeyCreated', { id: `${keyId}`, version: 1 }, key);
    await this.known('signing_keys', `${keyId}`, 1);
    return signWith(pair.privateKey);
  }
}

export function eventOf(eventId: string, change: Partial<PublishedEvent> = {}): PublishedEvent {
  const at = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();
  return publishedEvent({
    eventId,
    organizationId: HOUSE,
    name: 'Hamlet',
    startsAt: at(1),
    endsAt: at(4),
    salesStartAt: at(-10),
    salesEndAt: at(1),
    publishedAt: at(-10),
    ...change,
  });
}

export function deviceOf(deviceId: string, change: Partial<PublicDevice> = {}): PublicDevice {
  return {
    deviceId,
    organizationId: HOUSE,
    name: 'North gate',
    status: 'ACTIVE',
    registeredAt: new Date().toISOString(),
    ...change,
  };
}

export function ticketOf(
  eventId: string,
  ticketId: string,
  change: Partial<PublicTicket> = {},
): PublicTicket {
  return {
    ticketId,
    eventId,
    organizationId: HOUSE,
    ticketTypeId: 'stalls',
    ticketTypeName: 'Stalls',
    orderId: 'order',
    holderId: 'ada',
    holderName: 'Ada Lovelace',
    status: 'VALID',
    credentialVersion: 1,
    keyId: KEY_ID,
    issuedAt: new Date().toISOString(),
    ...change,
  };
}
