/* oxlint-disable typescript/no-explicit-any -- a journey reads answers of any shape and asserts what is in them */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { randomIds } from '#kernel';
import { eventually, GraphClient, GraphStream } from '#testing';
import * as documents from './documents.ts';

/** Cards of the test payment provider. */
export const GOOD_CARD = '4242424242424242';
export const DECLINED_CARD = '4000000000000002';
export const REFUSES_FIRST_REFUND_CARD = 'test_refuses_first_refund';
export const FIRST_REFUND_COMES_BACK_CARD = '4000000000005126';
export const CHALLENGED_CARD = '4000002500003155';

interface HouseRecord {
  readonly engines: Readonly<Record<string, { readonly pid?: number }>>;
  readonly services: Readonly<Record<string, { readonly url: string; readonly pid: number }>>;
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the journeys with \`npm test -- --only e2e\``);
  return value;
}

/** The public endpoint of the house under test. */
export const publicGraph = new GraphClient(`${setting('TESSERA_URL')}/graphql`);

export function serviceUrl(name: string): string {
  const record = JSON.parse(readFileSync(setting('TESSERA_HOUSE'), 'utf8')) as HouseRecord;
  const service = record.services[name];
  if (!service) throw new Error(`the house has no service ${name}`);
  return service.url;
}

/** Undefined for an engine that was named by the environment: it belongs to somebody else. */
export function pidOf(kind: 'engines' | 'services', name: string): number | undefined {
  const record = JSON.parse(readFileSync(setting('TESSERA_HOUSE'), 'utf8')) as HouseRecord;
  return record[kind][name]?.pid;
}

export function logOf(service: string): string {
  return readFileSync(join(dirname(setting('TESSERA_HOUSE')), 'logs', `${service}.log`), 'utf8');
}

/** Where the house under test writes its mails to. */
export function mailFolder(): string {
  return join(dirname(setting('TESSERA_HOUSE')), 'data', 'mail');
}

export interface Person {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
  readonly refreshToken: string;
  /** The organizer's own. */
  readonly organizationId: string;
  readonly graph: GraphClient;
}

export async function signUp(role: 'ATTENDEE' | 'ORGANIZER' = 'ATTENDEE'): Promise<Person> {
  const email = `${randomIds.uuid()}@example.org`;
  const password = 'correct horse battery';
  const organizationName = role === 'ORGANIZER' ? 'Summer Stage' : undefined;
  const input = { name: 'Ada Lovelace', email, password, role, organizationName };
  const session = await publicGraph.expect('Session', documents.SIGN_UP, { input });
  return {
    userId: session.user.id,
    email,
    password,
    token: session.accessToken,
    refreshToken: session.refreshToken,
    organizationId: session.user.memberships[0]?.organization.id,
    graph: publicGraph.as(session.accessToken),
  };
}

export function watch(person: Person | undefined): GraphStream {
  return new GraphStream(publicGraph.endpoint, person?.token);
}

export interface OnSale {
  readonly id: string;
  readonly ticketTypes: { id: string; name: string }[];
}

/** An event of the organizer's with the given ticket types, published and for sale. */
export async function putOnSale(organizer: Person, ticketTypes: object[]): Promise<OnSale> {
  const input = {
    organizationId: organizer.organizationId,
    name: 'Great Hall',
    city: 'Paris',
    country: 'FR',
    capacity: 5_000,
    timeZone: 'Europe/Paris',
  };
  const venue = await organizer.graph.expect('Venue', documents.CREATE_VENUE, { input });
  const event = await organizer.graph.expect('Event', documents.CREATE_EVENT, {
    input: {
      organizationId: organizer.organizationId,
      name: 'An evening of songs',
      venueId: venue.id,
      startsAt: new Date(Date.now() + 30 * 86_400_000).toISOString(),
      endsAt: new Date(Date.now() + 30 * 86_400_000 + 3 * 3_600_000).toISOString(),
      ticketTypes,
    },
  });
  await organizer.graph.expect('Event', documents.PUBLISH_EVENT, { id: event.id });
  await eventually(async () => {
    const { event: found } = await publicGraph.data(documents.EVENT, { id: event.id });
    expect(found.availability.status).toBe('ON_SALE');
    expect(found.ticketTypes.every(({ price }: { price: unknown }) => price !== null)).toBe(true);
  });
  return event;
}

export function fixedPrice(name: string, amount: number, capacity: number): object {
  return { name, basePrice: { amount, currency: 'EUR' }, capacity, maxPerOrder: 6 };
}

export function cart(event: OnSale, quantity: number, more: object = {}): { input: object } {
  return {
    input: { eventId: event.id, lines: [{ ticketTypeId: event.ticketTypes[0]?.id, quantity }], ...more },
  };
}

export async function place(buyer: Person, holdId: string, idempotencyKey = randomIds.uuid()): Promise<any> {
  return buyer.graph.expect('PlacedOrder', documents.PLACE_ORDER, { input: { holdId, idempotencyKey } });
}

export function inState(person: Person, orderId: string, state: string): Promise<any> {
  return eventually(async () => {
    const { order } = await person.graph.data(documents.ORDER, { id: orderId });
    expect(order.state).toBe(state);
    return order;
  }, 15_000);
}

export function pay(buyer: Person, paymentToken: string, method = GOOD_CARD): Promise<any> {
  return buyer.graph.expect('Payment', documents.PAY, { input: { paymentToken, method } });
}

/** From hold to tickets. */
export async function buy(buyer: Person, event: OnSale, quantity: number, method = GOOD_CARD): Promise<any> {
  const hold = await buyer.graph.expect('Hold', documents.HOLD, cart(event, quantity));
  const { order, paymentToken } = await place(buyer, hold.id);
  await pay(buyer, paymentToken, method);
  return inState(buyer, order.id, 'COMPLETED');
}

export function scanInput(event: OnSale, payload: string, more: object = {}): { input: object } {
  return {
    input: {
      eventId: event.id,
      payload,
      lane: 'North',
      deviceId: 'phone-1',
      nonce: randomIds.uuid(),
      ...more,
    },
  };
}
