/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PublishedEvent } from '#contracts';
import { randomIds } from '#kernel';
import { badCursorsTaken, eventually, type GraphClient } from '#testing';
import { BoxOffice, cart, COMPLIMENTARY } from '../../test/box-office.ts';
import type { Order } from './domain/order.ts';
import { OrderListsRepository, ownOrders } from './infrastructure/order-lists.repository.ts';

let office: BoxOffice;
let event: PublishedEvent;
let owner: GraphClient;
let ada: any;
let eve: any;
let guestOrder: string;

const HOSTILE = '=HYPERLINK("http://evil.example","Élodie"),x';

beforeAll(async () => {
  office = await BoxOffice.open(60);
  event = await office.publish({ mode: 'ONLINE', onlineUrl: 'https://stream.example.org/hall' });
  owner = await office.owner(event);
  const client = await office.named('Ada Lovelace', 'ada@example.org');
  ada = { client, order: (await office.buy(event, 2, client)).order };
  const other = await office.named(HOSTILE, '+eve@example.org');
  eve = { client: other, order: (await office.place(other, (await office.hold(other, event, 1)).id)).order };
  const input = cart(event, 1, { holderName: '@guest', idempotencyKey: randomIds.uuid(), note: 'a\r\nb' });
  guestOrder = (await owner.expect('Order', COMPLIMENTARY, input)).id;
});

afterAll(() => office?.close());

const LIST = `query ($r: [_Any!]!, $filter: EventOrdersFilter, $first: Int, $after: String) {
  _entities(representations: $r) { ... on Event { orders(filter: $filter, first: $first, after: $after) {
    nodes { id channel buyerName buyerEmail } pageInfo { hasNextPage endCursor } } } } }`;
const MINE = `query ($filter: MyOrdersFilter, $after: String) {
  myOrders(filter: $filter, after: $after) { nodes { id state } } }`;
const TICKETS = `query ($after: String) { myTickets(after: $after) { nodes { id onlineUrl } } }`;
const TO_REFUND = `query ($eventId: ID!, $after: String) {
  ordersToRefund(eventId: $eventId, after: $after) { nodes { id } } }`;

async function list(client: GraphClient, filter: object = {}, more: object = {}): Promise<any> {
  const r = [{ __typename: 'Event', id: event.eventId }];
  return (await client.data(LIST, { r, filter, ...more }))._entities[0].orders;
}

async function found(filter: object): Promise<string[]> {
  return (await list(owner, filter)).nodes.map(({ id }: any) => id);
}

describe("an event's orders", () => {
  it('are listed newest first, page by page, for its members only', async () => {
    const all = [guestOrder, eve.order.id, ada.order.id];
    expect(await found({})).toEqual(all);
    const first = await list(owner, {}, { first: 2 });
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = await list(owner, {}, { first: 2, after: first.pageInfo.endCursor });
    expect([...first.nodes, ...second.nodes].map(({ id }: any) => id)).toEqual(all);
    const cashier = await office.member(event, 'BOX_OFFICE');
    expect((await list(cashier)).nodes[2]).toMatchObject({
      channel: 'ONLINE',
      buyerName: 'Ada Lovelace',
      buyerEmail: 'ada@example.org',
    });
    for (const nobody of [office.graph, ada.client, await office.member(event, 'SCANNER')])
      expect(await list(nobody)).toBeNull();
  });

  it('are found by state, channel, time, names, addresses and ids', async () => {
    expect(await found({ state: 'COMPLETED' })).toEqual([guestOrder, ada.order.id]);
    expect(await found({ channel: 'COMPLIMENTARY' })).toEqual([guestOrder]);
    expect(await found({ channel: 'ONLINE', state: 'COMPLETED' })).toEqual([ada.order.id]);
    for (const search of ['ada love', 'LOVE', 'ADA@ex', ada.order.id, ada.order.tickets[0].id, ' ada '])
      expect(await found({ search })).toEqual([ada.order.id]);
    expect(await found({ search: HOSTILE.normalize('NFD').toUpperCase() })).toEqual([eve.order.id]);
    for (const search of ['velace', '.*', randomIds.uuid(), 'AAAAAAAAAAAAAAAA'])
      expect(await found({ search })).toEqual([]);
    const hour = 3_600_000;
    const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
    expect(await found({ placedFrom: at(-hour), placedTo: at(hour) })).toHaveLength(3);
    expect(await found({ placedFrom: at(hour) })).toEqual([]);
    expect(await found({ placedTo: at(-hour) })).toEqual([]);
    const other = await office.publish();
    const stranger = await office.owner(other);
    expect(await list(stranger)).toBeNull();
  });

  it('refuse cursors of other lists', async () => {
    const { eventId } = event;
    const r = [{ __typename: 'Event', id: eventId }];
    expect(await badCursorsTaken(owner, LIST, { r })).toEqual([]);
    expect(await badCursorsTaken(owner, TO_REFUND, { eventId })).toEqual([]);
    for (const query of [MINE, TICKETS]) expect(await badCursorsTaken(ada.client, query)).toEqual([]);
  });

  it('are found by indexes', async () => {
    const orders = office.service.db.collection('orders');
    const { eventId } = event;
    const newest = { placedAt: -1, _id: -1 } as const;
    for (const filter of [
      { eventId },
      { eventId, state: 'COMPLETED' },
      { eventId, channel: 'BOX_OFFICE' },
      { eventId, searchKeys: { $elemMatch: { $gte: 'ada', $lt: 'adb' } } },
    ]) {
      const plan = await orders.find(filter).sort(newest).limit(21).explain('executionStats');
      expect(JSON.stringify(plan)).not.toContain('COLLSCAN');
    }
  });

  it('refuse filters outside their limits', async () => {
    for (const filter of [{ search: 'a' }, { search: 'a'.repeat(101) }]) {
      const r = [{ __typename: 'Event', id: event.eventId }];
      const { errors } = await owner.ask(LIST, { r, filter });
      expect(errors?.[0]?.extensions?.['code']).toBe('INVALID_INPUT');
    }
  });
});

describe('the export', () => {
  const url = (id = event.eventId): string => `${office.service.url}/exports/events/${id}/orders.csv`;
  const as = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });

  it('has every order as CSV that no spreadsheet runs', async () => {
    const answer = await fetch(url(), as(await office.ownerToken(event)));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers.get('content-disposition')).toContain(`orders-${event.eventId}.csv`);
    const text = await answer.text();
    expect(text).toContain(`,Ada Lovelace,ada@example.org,`);
    expect(text).toContain(`,"'=HYPERLINK(""http://evil.example"",""Élodie""),x",'+eve@example.org,`);
    expect(text).toContain(`,'@guest,,`);
    expect(text).toContain(`,"a\r\nb"\r\n`);
    expect(text).toContain(`,Standing,2,0,20.00,40.00,EUR,\r\n`);
    expect(text.startsWith('order_id,placed_at,')).toBe(true);
    const head = await fetch(url(), { method: 'HEAD', ...as(await office.ownerToken(event)) });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('is written for four at a time, also when many ask at the same moment', async () => {
    const lists = office.service.app.get(OrderListsRepository);
    const allOfEvent = lists.allOfEvent.bind(lists);
    const gate = Promise.withResolvers<void>();
    lists.allOfEvent = async function* (eventId) {
      await gate.promise;
      yield* allOfEvent(eventId);
    };
    const request = as(await office.ownerToken(event));
    await Promise.all(Array.from({ length: 10 }, () => fetch(url(), { method: 'HEAD', ...request })));
    const statuses: number[] = [];
    const texts = Array.from({ length: 12 }, async () => {
      const answer = await fetch(url(), request);
      statuses.push(answer.status);
      return answer.text();
    });
    await eventually(() => expect(statuses).toEqual(Array.from({ length: 8 }, () => 503)));
    gate.resolve();
    const whole = (await Promise.all(texts)).filter((text) => text.startsWith('order_id'));
    expect([whole.length, new Set(whole).size]).toEqual([4, 1]);
    lists.allOfEvent = allOfEvent;
    expect((await fetch(url(), request)).status).toBe(200);
  });

  it('is made no faster than it is read, and no further once its reader has gone', async () => {
    const lists = office.service.app.get(OrderListsRepository);
    const allOfEvent = lists.allOfEvent.bind(lists);
    let [made, ended] = [0, 0];
    lists.allOfEvent = async function* (eventId) {
      const orders: Order[] = [];
      for await (const order of allOfEvent(eventId)) orders.push(order);
      try {
        for (; ; made++) yield* orders;
      } finally {
        ended++;
      }
    };
    const client = new AbortController();
    const request = as(await office.ownerToken(event));
    const { body } = await fetch(url(), { ...request, signal: client.signal });
    await body?.getReader().read();
    const madeUnread = await eventually(async () => {
      const before = made;
      await sleep(100);
      expect(made).toBe(before);
      return made;
    });
    expect(madeUnread).toBeGreaterThan(0);
    client.abort();
    await eventually(() => expect(ended).toBe(1));
    lists.allOfEvent = allOfEvent;
  });

  it('is for members who may watch sales', async () => {
    const problem = async (init: RequestInit, id?: string): Promise<[number, string]> => {
      const answer = await fetch(url(id), init);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      return [answer.status, ((await answer.json()) as { code: string }).code];
    };
    expect(await problem({})).toEqual([401, 'NOT_SIGNED_IN']);
    expect(await problem({ headers: { authorization: 'Bearer a.b.c' } })).toEqual([401, 'UNAUTHENTICATED']);
    expect(await problem({ headers: { authorization: 'Basic x' } })).toEqual([401, 'UNAUTHENTICATED']);
    expect(await problem(as(await office.strangerToken()))).toEqual([403, 'NOT_PERMITTED']);
    expect(await problem(as(await office.ownerToken(event)), 'NOTHING000')).toEqual([404, 'NOT_FOUND']);
  });
});

describe("a buyer's own", () => {
  it('orders are filtered by state and by whether the event is over', async () => {
    const over = await office.publish({});
    const { client } = ada;
    const { order } = await office.buy(over, 1, client);
    const mine = async (filter?: object): Promise<string[]> =>
      (await client.data(MINE, { filter })).myOrders.nodes.map(({ id }: any) => id);
    expect(await mine()).toEqual([order.id, ada.order.id]);
    await office.change(over, { startsAt: '2020-06-01T18:00:00.000Z', endsAt: '2020-06-01T22:00:00.000Z' });
    await eventually(async () => expect(await mine({ time: 'PAST' })).toEqual([order.id]));
    expect(await mine({ time: 'UPCOMING' })).toEqual([ada.order.id]);
    expect(await mine({ time: 'UPCOMING', state: 'COMPLETED' })).toEqual([ada.order.id]);
    expect(await mine({ state: 'EXPIRED' })).toEqual([]);
  });

  it('orders are read alone, however many others the account has issued from a desk', async () => {
    const orders = office.service.db.collection<{ _id: string }>('orders');
    const buyerId = randomIds.uuid();
    const own = ['own 1', 'own 2', 'own 3'];
    const issued = Array.from({ length: 2_000 }, (_, n) => `issued ${n}`);
    const documentOf = (_id: string, more: object) => ({
      _id,
      buyerId,
      holdId: _id,
      idempotencyKey: _id,
      eventId: event.eventId,
      state: 'COMPLETED',
      ...more,
    });
    await orders.insertMany([
      // Placed before there were channels.
      ...own.map((id, n) => documentOf(id, { placedAt: new Date(n), ...(n > 0 && { channel: 'ONLINE' }) })),
      ...issued.map((id, n) => documentOf(id, { placedAt: new Date(9_000 + n), channel: 'COMPLIMENTARY' })),
    ]);
    const lists = office.service.app.get(OrderListsRepository);
    const page = await lists.ofBuyer(buyerId, {}, { first: 2 });
    const rest = await lists.ofBuyer(buyerId, {}, { first: 2, after: [1, 'own 2'] });
    expect([...page.items, ...rest.items].map(({ id }) => id)).toEqual(own.toReversed());
    const older = {
      $or: [{ placedAt: { $lt: new Date(9_000) } }, { placedAt: new Date(9_000), _id: { $lt: 'x' } }],
    };
    for (const place of [{}, older]) {
      const { executionStats } = await orders
        .find({ $and: [ownOrders(buyerId), place] } as object)
        .sort({ placedAt: -1, _id: -1 })
        .limit(3)
        .explain('executionStats');
      expect(executionStats).toMatchObject({ nReturned: 3 });
      expect(executionStats.totalKeysExamined).toBeLessThan(10);
      expect(executionStats.totalDocsExamined).toBeLessThan(10);
    }
    await orders.deleteMany({ buyerId } as object);
  });

  it('ticket says where an online event takes place', async () => {
    const { myTickets } = await ada.client.data(TICKETS);
    const urls = myTickets.nodes.map(({ onlineUrl }: any) => onlineUrl);
    expect(urls).toContain('https://stream.example.org/hall');
    const [{ id }] = ada.order.tickets;
    const ticketOf = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Ticket { onlineUrl } } }`;
    const variables = { r: [{ __typename: 'Ticket', id }] };
    expect((await owner.data(ticketOf, variables))._entities[0].onlineUrl).toMatch(/^https/);
    expect((await eve.client.data(ticketOf, variables))._entities[0]).toBeNull();
  });
});
