import { randomBytes } from 'node:crypto';
import {
  checkinAdmissions,
  eventsEvents,
  type Fact,
  paymentsPayments,
  pricingPrices,
  type PublishedEvent,
  ticketsDemand,
  ticketsKeys,
  ticketsOrders,
  ticketsTickets,
} from '#contracts';
import { decodeCredential, verifyCredential } from '#credential';
import { eventIdFromBytes, randomIds, ticketIdFromBytes } from '#kernel';
import { eventually, FactLine, GraphClient, RunningService, TestAuthority, testSettings } from '#testing';
import { TicketsModule } from './tickets.module.ts';

const HOLD = `mutation ($input: HoldTicketsInput!) { holdTickets(input: $input) { __typename
  ... on Hold { id status expiresAt total { amount currency } lines { quantity unitPrice { amount } } }
  ... on Failure { code message } ... on InvalidInput { field } ... on SoldOut { available }
  ... on PriceChanged { newTotal { amount } } ... on LimitExceeded { limit max } } }`;
const RELEASE = `mutation ($id: ID!) { releaseHold(id: $id) { __typename ... on Hold { status } ... on Failure { code } } }`;
const PLACE = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename
  ... on PlacedOrder { paymentToken order { id state total { amount } } } ... on Failure { code } ... on InvalidInput { field } } }`;
const ORDER = `query ($id: ID!) { order(id: $id) { state reason total { amount } tickets { id } } }`;
const FIGURES = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Event {
  availability { status available capacity } sales { unitsSold revenue { amount } ordersCompleted } } } }`;

const settings = testSettings();
let authority: TestAuthority;
let service: RunningService;
let line: FactLine;
let graph: GraphClient;
let versions = 0;

beforeAll(async () => {
  authority = await TestAuthority.start();
  line = await FactLine.open(settings, [
    eventsEvents,
    paymentsPayments,
    pricingPrices,
    checkinAdmissions,
    ticketsOrders,
    ticketsTickets,
    ticketsKeys,
    ticketsDemand,
  ]);
  const config = {
    ...settings,
    AUTH_URL: new URL(authority.jwksUri).origin,
    TICKET_ROOT_KEY: randomBytes(32),
    PAYMENT_TOKEN_KEY: randomBytes(32),
    TICKETS_KEY_ENCRYPTION_KEY: randomBytes(32),
    HOLD_SECONDS: 2,
    PAY_WITHIN_SECONDS: 3,
  };
  service = await RunningService.start('tickets', TicketsModule.forRoot(config), settings);
  graph = service.graph;
});

afterAll(async () => {
  await service?.close();
  await line?.close();
  await authority?.close();
});

async function publishEvent(
  change: Partial<PublishedEvent> = {},
  capacity = 10,
  price = 2_000,
): Promise<PublishedEvent> {
  const event: PublishedEvent = {
    eventId: randomIds.eventId(),
    organizationId: randomIds.uuid(),
    name: 'A concert',
    status: 'PUBLISHED',
    mode: 'IN_PERSON',
    startsAt: '2027-06-01T18:00:00.000Z',
    endsAt: '2027-06-01T22:00:00.000Z',
    timeZone: 'Europe/Paris',
    salesStartAt: '2026-01-01T00:00:00.000Z',
    salesEndAt: '2027-06-01T22:00:00.000Z',
    maxPerAccount: 6,
    publishedAt: '2026-01-01T00:00:00.000Z',
    ticketTypes: [
      {
        ticketTypeId: randomIds.uuid(),
        name: 'Standing',
        basePrice: { amount: price, currency: 'EUR' },
        pricing: { mode: 'FIXED' },
        capacity,
        maxPerOrder: 4,
      },
    ],
    ...change,
  };
  await line.publish(eventsEvents, 'EventPublished', { id: event.eventId, version: 1 }, event);
  await eventually(async () => expect((await figures(event)).availability.capacity).toBe(capacity));
  return event;
}

async function figures(event: PublishedEvent, client: GraphClient = graph): Promise<any> {
  const { _entities } = await client.data(FIGURES, { r: [{ __typename: 'Event', id: event.eventId }] });
  return _entities[0];
}

async function buyer(): Promise<GraphClient & { userId: string }> {
  const userId = randomIds.uuid();
  return Object.assign(graph.as(await authority.token({ userId })), { userId });
}

function cart(event: PublishedEvent, quantity: number, more: object = {}): { input: object } {
  return {
    input: {
      eventId: event.eventId,
      lines: [{ ticketTypeId: event.ticketTypes[0]!.ticketTypeId, quantity }],
      ...more,
    },
  };
}

async function place(client: GraphClient, holdId: string, idempotencyKey = randomIds.uuid()): Promise<any> {
  return client.expect('PlacedOrder', PLACE, { input: { holdId, idempotencyKey } });
}

async function payment(
  order: { id: string; total: { amount: number } },
  type: 'PaymentAuthorized' | 'PaymentCaptured',
): Promise<Fact> {
  return line.publish(
    paymentsPayments,
    type,
    { id: order.id, version: ++versions },
    {
      orderId: order.id,
      paymentId: randomIds.uuid(),
      buyerId: 'x',
      state: type === 'PaymentAuthorized' ? 'AUTHORIZED' : 'CAPTURED',
      amount: { amount: order.total.amount, currency: 'EUR' },
      provider: 'test',
      updatedAt: new Date().toISOString(),
    },
  );
}

function inState(client: GraphClient, orderId: string, state: string): Promise<any> {
  return eventually(async () => {
    const { order } = await client.data(ORDER, { id: orderId });
    expect(order.state).toBe(state);
    return order;
  }, 15_000);
}

async function buy(event: PublishedEvent, quantity: number): Promise<{ client: GraphClient; order: any }> {
  const client = await buyer();
  const hold = await client.expect('Hold', HOLD, cart(event, quantity));
  const { order } = await place(client, hold.id);
  await payment(order, 'PaymentAuthorized');
  await inState(client, order.id, 'CONFIRMED');
  await payment(order, 'PaymentCaptured');
  return { client, order: { ...order, ...(await inState(client, order.id, 'COMPLETED')) } };
}

describe('a hold', () => {
  it('takes units at a frozen price, and gives them back when it is released', async () => {
    const event = await publishEvent();
    const client = await buyer();
    const hold = await client.expect('Hold', HOLD, cart(event, 3));
    expect(hold).toMatchObject({ status: 'HELD', total: { amount: 6_000, currency: 'EUR' } });
    expect((await figures(event)).availability).toEqual({ status: 'ON_SALE', available: 7, capacity: 10 });
    expect((await client.expect('Hold', RELEASE, { id: hold.id })).status).toBe('RELEASED');
    expect((await figures(event)).availability.available).toBe(10);
    expect((await client.expect('Hold', RELEASE, { id: hold.id })).status).toBe('RELEASED');
    expect((await figures(event)).availability.available).toBe(10);
  });

  it('expires by itself', async () => {
    const event = await publishEvent();
    const client = await buyer();
    const hold = await client.expect('Hold', HOLD, cart(event, 3));
    await eventually(async () => expect((await figures(event)).availability.available).toBe(10), 5_000);
    const input = { holdId: hold.id, idempotencyKey: randomIds.uuid() };
    await client.expect('HoldExpired', PLACE, { input });
  });

  it('never exceeds what there is, however many ask at once', async () => {
    const event = await publishEvent({}, 20);
    const clients = await Promise.all(Array.from({ length: 60 }, () => buyer()));
    const answers = await Promise.all(clients.map((client) => client.data(HOLD, cart(event, 1))));
    const types = answers.map(({ holdTickets }) => holdTickets.__typename);
    expect(types.filter((type) => type === 'Hold')).toHaveLength(20);
    expect(types.filter((type) => type === 'SoldOut')).toHaveLength(40);
    expect((await figures(event)).availability).toEqual({ status: 'SOLD_OUT', available: 0, capacity: 20 });
  });

  it('is refused with a reason and changes nothing', async () => {
    const event = await publishEvent();
    const client = await buyer();
    expect(await client.expect('LimitExceeded', HOLD, cart(event, 5))).toMatchObject({
      limit: 'maxPerOrder',
      max: 4,
    });
    expect(
      await client.expect(
        'PriceChanged',
        HOLD,
        cart(event, 2, { maxTotal: { amount: 3_999, currency: 'EUR' } }),
      ),
    ).toMatchObject({
      newTotal: { amount: 4_000 },
    });
    expect(await client.expect('InvalidInput', HOLD, cart(event, 0))).toMatchObject({
      field: 'lines.0.quantity',
    });
    expect(await client.expect('InvalidInput', HOLD, cart(event, -1))).toMatchObject({
      field: 'lines.0.quantity',
    });
    await client.expect('NotFound', HOLD, cart({ ...event, eventId: randomIds.eventId() }, 1));
    await client.expect(
      'NotFound',
      HOLD,
      cart({ ...event, ticketTypes: [{ ...event.ticketTypes[0]!, ticketTypeId: 'x' }] }, 1),
    );
    await graph.expect('NotSignedIn', HOLD, cart(event, 1));
    const early = await publishEvent({ salesStartAt: '2027-05-01T00:00:00.000Z' });
    await client.expect('SalesClosed', HOLD, cart(early, 1));
    expect((await figures(event)).availability.available).toBe(10);
  });

  it('counts against the limit of its account, over several holds', async () => {
    const event = await publishEvent();
    const client = await buyer();
    await client.expect('Hold', HOLD, cart(event, 4));
    await client.expect('Hold', HOLD, cart(event, 2));
    expect(await client.expect('LimitExceeded', HOLD, cart(event, 1))).toMatchObject({
      limit: 'maxPerAccount',
      max: 6,
    });
  });

  it('tells pricing of the demand', async () => {
    const facts = await line.collect(ticketsDemand);
    const event = await publishEvent({}, 2);
    const client = await buyer();
    const hold = await client.expect('Hold', HOLD, cart(event, 2));
    await (await buyer()).expect('SoldOut', HOLD, cart(event, 1));
    await client.expect('Hold', RELEASE, { id: hold.id });
    await eventually(() => {
      const mine = facts.filter(({ payload }) => payload.eventId === event.eventId).map(({ type }) => type);
      expect(new Set(mine)).toEqual(new Set(['HoldPlaced', 'HoldReleased', 'DemandRefused']));
    });
  });
});

describe('an order', () => {
  it('becomes tickets whose codes a door can verify', async () => {
    const keys = await line.collect(ticketsKeys);
    const issued = await line.collect(ticketsTickets);
    const event = await publishEvent();
    const { client, order } = await buy(event, 2);
    expect(order.tickets).toHaveLength(2);
    const { myTickets } = await client.data(`{ myTickets { nodes { id status qr { payload svg png } } } }`);
    const idsOf = (list: { id: string }[]): Set<string> => new Set(list.map(({ id }) => id));
    expect(idsOf(myTickets.nodes)).toEqual(idsOf(order.tickets));
    const key = await eventually(
      () => keys.find(({ payload }) => payload.organizationId === event.organizationId)!.payload,
    );
    for (const { id, qr } of myTickets.nodes) {
      const credential = decodeCredential(qr.payload)!;
      expect(ticketIdFromBytes(credential.ticket)).toBe(id);
      expect(eventIdFromBytes(credential.event)).toBe(event.eventId);
      expect(await verifyCredential(credential, Buffer.from(key.publicKey, 'base64url'))).toBe(true);
      expect(qr.svg).toMatch(/^<svg/);
      expect(Buffer.from(qr.png, 'base64').subarray(1, 4).toString()).toBe('PNG');
    }
    await eventually(() =>
      expect(issued.filter(({ payload }) => payload.orderId === order.id)).toHaveLength(2),
    );
    const organizer = graph.as(
      await authority.token({ userId: 'o', memberships: { [event.organizationId]: 'OWNER' } }),
    );
    expect((await figures(event, organizer)).sales).toEqual({
      unitsSold: 2,
      revenue: { amount: 4_000 },
      ordersCompleted: 1,
    });
    expect((await figures(event)).sales).toBeNull();
  });

  it('is the same again under the same key, and another hold under it is refused', async () => {
    const event = await publishEvent();
    const client = await buyer();
    const [first, second] = [
      await client.expect('Hold', HOLD, cart(event, 1)),
      await client.expect('Hold', HOLD, cart(event, 1)),
    ];
    const key = randomIds.uuid();
    const placed = await Promise.all([1, 2, 3].map(() => place(client, first.id, key)));
    expect(new Set(placed.map(({ order }) => order.id)).size).toBe(1);
    const input = { holdId: second.id, idempotencyKey: key };
    await client.expect('IdempotencyKeyReused', PLACE, { input });
    await client.expect('WrongState', PLACE, {
      input: { holdId: first.id, idempotencyKey: randomIds.uuid() },
    });
  });

  it("is nobody else's business", async () => {
    const event = await publishEvent();
    const [client, stranger] = [await buyer(), await buyer()];
    const hold = await client.expect('Hold', HOLD, cart(event, 1));
    await stranger.expect('NotFound', PLACE, {
      input: { holdId: hold.id, idempotencyKey: randomIds.uuid() },
    });
    await stranger.expect('NotFound', RELEASE, { id: hold.id });
    const { order } = await place(client, hold.id);
    expect((await stranger.data(ORDER, { id: order.id })).order).toBeNull();
  });

  it('expires when nobody pays, and its units are free again', async () => {
    const event = await publishEvent();
    const client = await buyer();
    const hold = await client.expect('Hold', HOLD, cart(event, 3));
    const { order } = await place(client, hold.id);
    expect((await figures(event)).availability.available).toBe(7);
    await inState(client, order.id, 'EXPIRED');
    await eventually(async () => expect((await figures(event)).availability.available).toBe(10));
  });

  it('comes to the same end when every fact is told twice and late', async () => {
    const event = await publishEvent();
    const client = await buyer();
    const hold = await client.expect('Hold', HOLD, cart(event, 2));
    const { order } = await place(client, hold.id);
    const authorized = await payment(order, 'PaymentAuthorized');
    await line.repeat(paymentsPayments, authorized);
    await inState(client, order.id, 'CONFIRMED');
    const captured = await payment(order, 'PaymentCaptured');
    await line.repeat(paymentsPayments, captured);
    await line.repeat(paymentsPayments, authorized);
    await inState(client, order.id, 'COMPLETED');
    await line.repeat(paymentsPayments, captured);
    const second = await buy(event, 1);
    expect(second.order.tickets).toHaveLength(1);
    const inventory = await service.db.collection('inventory').findOne({ _id: event.eventId as never });
    expect(Object.values(inventory!['pools'])).toEqual([{ capacity: 10, sold: 3, revenue: 6_000 }]);
    expect(await service.db.collection('tickets').countDocuments({ eventId: event.eventId })).toBe(3);
  });

  it('of a free ticket needs no payment', async () => {
    const event = await publishEvent({}, 5, 0);
    const client = await buyer();
    const hold = await client.expect('Hold', HOLD, cart(event, 2));
    const placed = await place(client, hold.id);
    expect(placed.paymentToken).toBeNull();
    expect((await inState(client, placed.order.id, 'COMPLETED')).tickets).toHaveLength(2);
  });

  it('is cancelled, not oversold, when the units are gone after all', async () => {
    const cancelled = await line.collect(ticketsOrders);
    const event = await publishEvent({}, 2);
    const client = await buyer();
    const hold = await client.expect('Hold', HOLD, cart(event, 2));
    const { order } = await place(client, hold.id);
    const id = event.ticketTypes[0]!.ticketTypeId;
    await service.db
      .collection('inventory')
      .updateOne({ _id: event.eventId as never }, { $set: { [`pools.${id}.sold`]: 1 } });
    await payment(order, 'PaymentAuthorized');
    expect((await inState(client, order.id, 'CANCELLED')).reason).toBe('UNITS_GONE');
    await eventually(() =>
      expect(
        cancelled.some(({ type, aggregateId }) => type === 'OrderCancelled' && aggregateId === order.id),
      ).toBe(true),
    );
    expect(await service.db.collection('allowances').findOne({ eventId: event.eventId })).toMatchObject({
      total: 0,
      orders: [],
    });
  });
});

describe('an event', () => {
  it('quotes the newest price, in whatever order the prices come', async () => {
    const event = await publishEvent();
    const id = event.ticketTypes[0]!.ticketTypeId;
    const client = await buyer();
    await client.expect('Hold', HOLD, cart(event, 1));
    const price = (amount: number) => ({
      ticketTypeId: id,
      eventId: event.eventId,
      price: { amount, currency: 'EUR' },
      previous: { amount: 2_000, currency: 'EUR' },
      reason: 'DEMAND' as const,
      recommended: { amount, currency: 'EUR' },
      unitsSold: 0,
      changedAt: new Date().toISOString(),
    });
    const newer = await line.publish(pricingPrices, 'PriceChanged', { id, version: 2 }, price(2_500));
    await line.publish(pricingPrices, 'PriceChanged', { id, version: 1 }, price(1_500));
    await line.repeat(pricingPrices, newer);
    await eventually(async () => {
      const hold = await client.expect('Hold', HOLD, cart(event, 1));
      await client.expect('Hold', RELEASE, { id: hold.id });
      expect(hold.total.amount).toBe(2_500);
    });
  });

  it('sells nothing more once it is cancelled', async () => {
    const event = await publishEvent();
    const client = await buyer();
    await client.expect('Hold', HOLD, cart(event, 1));
    await line.publish(
      eventsEvents,
      'EventCancelled',
      { id: event.eventId, version: 2 },
      { ...event, status: 'CANCELLED' },
    );
    await eventually(async () => expect((await figures(event)).availability.status).toBe('CLOSED'));
    await client.expect('SalesClosed', HOLD, cart(event, 1));
  });

  it('keeps its sale when Redis has lost it: orders and claims are counted again', async () => {
    const event = await publishEvent();
    await buy(event, 2);
    const client = await buyer();
    const hold = await client.expect('Hold', HOLD, cart(event, 3));
    await place(client, hold.id);
    const { Redis } = await import('ioredis');
    const redis = new Redis(settings.REDIS_URL);
    const keys = await redis.keys(`${settings.REDIS_KEY_PREFIX}{event:${event.eventId}}:*`);
    await redis.del(...keys);
    redis.disconnect();
    const fresh = await buyer();
    await fresh.expect('Hold', HOLD, cart(event, 1));
    expect((await figures(event)).availability.available).toBe(10 - 2 - 3 - 1);
  });
});
