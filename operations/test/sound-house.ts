import type { Collection, Document } from 'mongodb';
import {
  checkinAdmissions,
  eventsEvents,
  type Fact,
  paymentsPayments,
  pricingPrices,
  type TopicContract,
  ticketsKeys,
  ticketsOrders,
  ticketsTickets,
  topics,
} from '#contracts';
import { copyFacts, type VersionedCopy } from '#persistence';
import { FactLine, testSettings } from '#testing';
import { House } from '../house/house.ts';
import { SERVICES, type ServiceName } from '../house/services.ts';
import { declaredCopies } from '../rebuild/declared-copies.ts';
import { intentsOf } from '../verify/provider-books.ts';

/** What a purchase of two tickets and one hold leave behind in all services, in ids that a test can name. */
export const EVENT = 'EVENT00001';
export const TYPE = 'type-1';
export const BUYER = 'buyer-1';
export const ORDER = 'order-1';
export const PAYMENT = 'payment-1';
/** At the built-in provider. */
export const INTENT = 'intent-1';
export const TICKETS = ['TICKET1', 'TICKET2'] as const;
export const HOLD = `${EVENT}.held`;
export const SOLD_HOLD = `${EVENT}.sold`;
/** The buyer's seats, which stand in the order of the tickets; the third one is held. */
export const SEATS = ['hall-A-1', 'hall-A-2'] as const;
export const SCAN = 'scan-1';
export const REFUSED_SCAN = 'scan-2';

const price = { amount: 1_000, currency: 'EUR' };
const total = { amount: 2_000, currency: 'EUR' };
const seat = (number: number) => ({ seatId: `hall-A-${number}`, section: 'Hall', row: 'A', number });
const lines = [{ ticketTypeId: TYPE, quantity: 2, unitPrice: price, seats: [seat(1), seat(2)] }];
const AT = '2030-01-01T00:00:00.000Z';

const event = {
  eventId: EVENT,
  organizationId: 'organization',
  name: 'A concert',
  status: 'PUBLISHED',
  mode: 'IN_PERSON',
  startsAt: AT,
  endsAt: AT,
  timeZone: 'Europe/Paris',
  salesStartAt: AT,
  salesEndAt: AT,
  maxPerAccount: 4,
  publishedAt: AT,
  ticketTypes: [
    {
      ticketTypeId: TYPE,
      name: 'Standing',
      basePrice: price,
      pricing: { mode: 'FIXED' },
      capacity: 10,
      maxPerOrder: 4,
    },
  ],
} as const;

const ticket = (ticketId: string, index: number) =>
  ({
    seat: seat(index + 1),
    ticketId,
    eventId: EVENT,
    organizationId: 'organization',
    ticketTypeId: TYPE,
    ticketTypeName: 'Standing',
    orderId: ORDER,
    holderId: BUYER,
    holderName: 'Ada',
    status: 'VALID',
    credentialVersion: 1,
    keyId: 1,
    issuedAt: AT,
  }) as const;

const scan = {
  eventId: EVENT,
  organizationId: 'organization',
  deviceId: 'device',
  lane: 'A',
  direction: 'ENTRY',
  scannedAt: AT,
  decidedAt: AT,
} as const;

/** A small house in which every invariant holds, on the real engines; its services are played. */
export class SoundHouse {
  private readonly facts = new Map<TopicContract, Fact[]>();

  private constructor(
    readonly house: House,
    readonly line: FactLine,
  ) {}

  static async open(): Promise<SoundHouse> {
    const settings = testSettings();
    const line = await FactLine.open(settings, topics);
    const sound = new SoundHouse(await House.open(settings), line);
    await sound.publish();
    await sound.furnish();
    return sound;
  }

  /** Puts every document and key as it should be, whatever was done to them. */
  async furnish(): Promise<void> {
    await this.empty();
    for (const [service, collections] of Object.entries(documents()))
      for (const [collection, contents] of Object.entries(collections))
        await this.collection(service as ServiceName, collection).insertMany(contents);
    const orders = this.collection('tickets', 'orders');
    await orders.createIndex({ holdId: 1 }, { unique: true, name: 'hold' });
    await orders.createIndex({ buyerId: 1, idempotencyKey: 1 }, { unique: true, name: 'idempotencyKey' });
    const sales = this.collection('tickets', 'sales_log');
    await sales.createIndex({ eventId: 1, seq: 1 }, { unique: true, name: 'place' });
    await sales.createIndex({ at: 1 }, { name: 'kept', expireAfterSeconds: 30 * 86_400 });
    await this.intents().insertOne({ _id: INTENT, orderId: ORDER, amount: total, status: 'CAPTURED' });
    for (const service of SERVICES)
      for (const declared of await declaredCopies(service))
        await copyFacts(
          this.house.database(service).collection<VersionedCopy>(declared.collection),
          declared,
          this.facts.get(declared.topic) ?? [],
        );
    await this.furnishStock();
  }

  /** Without dropping anything: making a collection anew costs a hundred times as much as emptying it. */
  private async empty(): Promise<void> {
    for (const db of (await this.house.databases()).values())
      for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray())
        await db.collection(name).deleteMany({});
  }

  collection(service: ServiceName, name: string) {
    return this.house.database(service).collection<Document & { _id: string }>(name);
  }

  /** Of the built-in provider. */
  intents() {
    return intentsOf(this.house) as unknown as Collection<Document & { _id: string }>;
  }

  key(part: 'sale' | 'holds' | 'deadlines' | 'seats'): string {
    return `{event:${EVENT}}:${part}`;
  }

  private keys(): string[] {
    return (['sale', 'holds', 'deadlines', 'seats'] as const).map((part) => this.key(part));
  }

  async close(): Promise<void> {
    for (const db of (await this.house.databases()).values()) await db.dropDatabase();
    await this.house.redis.unlink(...this.keys());
    await this.line.close();
    await this.house.close();
  }

  private async publish(): Promise<void> {
    const publish = async (...[topic, type, aggregate, payload]: Parameters<FactLine['publish']>) => {
      const fact = await this.line.publish(topic, type, aggregate, payload);
      this.facts.set(topic, [...(this.facts.get(topic) ?? []), fact]);
    };
    const order = {
      orderId: ORDER,
      eventId: EVENT,
      organizationId: 'organization',
      buyerId: BUYER,
      lines,
      total,
    };
    const times = { payBy: AT, placedAt: AT };
    await publish(eventsEvents, 'EventPublished', { id: EVENT, version: 1 }, event);
    await publish(
      ticketsOrders,
      'OrderPlaced',
      { id: ORDER, version: 1 },
      { ...order, ...times, state: 'AWAITING_PAYMENT' },
    );
    await publish(
      ticketsOrders,
      'OrderCompleted',
      { id: ORDER, version: 5 },
      { ...order, ...times, state: 'COMPLETED' },
    );
    await publish(
      ticketsKeys,
      'SigningKeyCreated',
      { id: '1', version: 1 },
      { keyId: 1, organizationId: 'organization', publicKey: 'key', createdAt: AT },
    );
    for (const [i, id] of TICKETS.entries())
      await publish(ticketsTickets, 'TicketIssued', { id, version: 1 }, ticket(id, i));
    const payment = {
      orderId: ORDER,
      paymentId: PAYMENT,
      buyerId: BUYER,
      amount: total,
      provider: 'test',
      updatedAt: AT,
    };
    await publish(
      paymentsPayments,
      'PaymentAuthorized',
      { id: ORDER, version: 1 },
      { ...payment, state: 'AUTHORIZED' },
    );
    await publish(
      paymentsPayments,
      'PaymentCaptured',
      { id: ORDER, version: 2 },
      { ...payment, state: 'CAPTURED' },
    );
    await publish(
      pricingPrices,
      'PriceChanged',
      { id: TYPE, version: 3 },
      {
        ticketTypeId: TYPE,
        eventId: EVENT,
        price,
        previous: price,
        reason: 'DEMAND',
        recommended: price,
        unitsSold: 2,
        changedAt: AT,
      },
    );
    const admitted = { ...scan, scanId: SCAN, ticketId: TICKETS[0], decision: 'ADMITTED', reason: 'OK' };
    await publish(checkinAdmissions, 'ScanDecided', { id: TICKETS[0], version: 1 }, admitted);
    const refused = { ...scan, scanId: REFUSED_SCAN, decision: 'REFUSED', reason: 'ALREADY_USED' };
    await publish(checkinAdmissions, 'ScanDecided', { id: REFUSED_SCAN, version: 1 }, refused);
  }

  /** 10 = 7 free + 1 held + 2 sold. */
  private async furnishStock(): Promise<void> {
    const { redis } = this.house;
    const generation = /^run_id:(\w+)/m.exec(await redis.info('server'))?.[1] ?? '';
    const deadline = Date.now() + 600_000;
    const hold = (status: string, quantity: number, ...places: number[]): string =>
      JSON.stringify({
        status,
        deadline,
        account: BUYER,
        lines: [{ ticketTypeId: TYPE, quantity, amount: 1_000, seats: places.map((at) => ({ at })) }],
        total: quantity * 1_000,
      });
    await redis.unlink(...this.keys());
    await redis.set(this.key('seats'), 'TTHFFFFFFF');
    await redis.hset(this.key('sale'), { generation, types: JSON.stringify([TYPE]), [`free:${TYPE}`]: 7 });
    await redis.hset(this.key('holds'), { [HOLD]: hold('HELD', 1, 2), [SOLD_HOLD]: hold('SOLD', 2, 0, 1) });
    await redis.zadd(this.key('deadlines'), deadline, HOLD, deadline, SOLD_HOLD);
  }
}

/** What the owners keep; the copies are made of the facts. */
function documents(): Partial<Record<ServiceName, Record<string, (Document & { _id: string })[]>>> {
  const order = { eventId: EVENT, buyerId: BUYER, lines, total, placedAt: new Date() };
  return {
    events: { events: [{ _id: EVENT, version: 1, status: 'PUBLISHED' }] },
    tickets: {
      inventory: [
        {
          _id: EVENT,
          open: true,
          seq: 1,
          logged: 1,
          pools: { [TYPE]: { capacity: 10, sold: 2, revenue: 2_000 } },
          moves: [],
        },
      ],
      orders: [
        {
          _id: ORDER,
          version: 5,
          state: 'COMPLETED',
          holdId: SOLD_HOLD,
          idempotencyKey: 'first key',
          unitsSoldAfter: 2,
          ...order,
        },
      ],
      sales_log: [
        {
          _id: 'sale-1',
          eventId: EVENT,
          seq: 1,
          kind: 'CLAIM',
          at: new Date(),
          orderId: ORDER,
          lines: [{ ticketTypeId: TYPE, quantity: 2, amount: 2_000 }],
          unitsSold: 2,
        },
      ],
      tickets: TICKETS.map((id, i) => ({ _id: id, version: 1, ...ticket(id, i) })),
      seat_claims: SEATS.map((seatId) => ({ _id: `${EVENT}:${seatId}`, orderId: ORDER })),
      allowances: [{ _id: `${EVENT}:${BUYER}`, eventId: EVENT, accountId: BUYER, total: 2, orders: [ORDER] }],
      signing_keys: [{ _id: '1', keyId: 1 }],
    },
    payments: {
      payments: [
        {
          _id: ORDER,
          paymentId: PAYMENT,
          provider: 'test',
          intentId: INTENT,
          state: 'CAPTURED',
          version: 2,
          amount: total,
        },
      ],
      ledger: [
        {
          _id: `${PAYMENT}:CAPTURE`,
          kind: 'CAPTURE',
          orderId: ORDER,
          currency: 'EUR',
          entries: [
            { account: 'provider', amount: 2_000 },
            { account: 'organization', amount: -2_000 },
          ],
        },
      ],
    },
    pricing: { price_books: [{ _id: TYPE, version: 4, lastChange: { version: 3 } }] },
    checkin: {
      admissions: [
        { _id: TICKETS[0], version: 1, inside: true, movements: [{ scanId: SCAN, direction: 'ENTRY' }] },
      ],
      scans: [
        { _id: SCAN, ticketId: TICKETS[0], decision: 'ADMITTED' },
        { _id: REFUSED_SCAN, ticketId: TICKETS[0], decision: 'REFUSED' },
      ],
    },
  };
}
