import type { PublishedEvent } from '#contracts';
import { randomIds } from '#kernel';
import { eventually, type GraphClient } from '#testing';
import {
  ACCEPT_OFFER,
  BoxOffice,
  cart,
  HOLD,
  ORDER,
  PLACE,
  REFUND,
  RELEASE,
  RETRY_REFUND,
} from '../../test/box-office.ts';

let office: BoxOffice;
let event: PublishedEvent;
let client: GraphClient;

beforeAll(async () => {
  office = await BoxOffice.open();
  event = await office.publish();
  client = await office.buyer();
});

afterAll(() => office?.close());

/** Nothing was held, ordered or sold by what was refused. */
afterEach(async () => {
  await eventually(async () => expect(await office.available(event)).toBe(10));
  expect((await client.data(`{ myOrders { nodes { id } } }`)).myOrders.nodes).toEqual([]);
  expect(await office.inventoryOf(event)).toMatchObject({ seq: 0, moves: [] });
});

const order = (holdId: unknown, idempotencyKey: unknown = randomIds.uuid()) => ({
  input: { holdId, idempotencyKey },
});

describe('placing an order', () => {
  it.each([
    ['holdId', '', 'a good key'],
    ['holdId', 'x'.repeat(101), 'a good key'],
    ['idempotencyKey', 'EVENT00001.hold', 'short'],
    ['idempotencyKey', 'EVENT00001.hold', 'x'.repeat(101)],
  ])('is refused with a bad %s', async (field, holdId, key) => {
    expect((await client.expect('InvalidInput', PLACE, order(holdId, key))).field).toBe(field);
  });

  it('is refused without signing in, and for a hold that does not exist', async () => {
    await office.graph.expect('NotSignedIn', PLACE, order('EVENT00001.hold'));
    for (const holdId of [
      'nonsense',
      `${event.eventId}.${randomIds.uuid()}`,
      `NOTHING000.${randomIds.uuid()}`,
    ])
      await client.expect('NotFound', PLACE, order(holdId));
  });

  it('is refused for a hold that was released, that is over, and that is of somebody else', async () => {
    const [released, over] = [await office.hold(client, event, 1), await office.hold(client, event, 2)];
    const stranger = await office.buyer();
    await stranger.expect('NotFound', PLACE, order(released.id));
    await client.expect('Hold', RELEASE, { id: released.id });
    await client.expect('HoldExpired', PLACE, order(released.id));
    await eventually(async () => expect(await office.available(event)).toBe(10), 5_000);
    await client.expect('HoldExpired', PLACE, order(over.id));
  });
});

describe('a hold', () => {
  it.each([
    ['lines.0.quantity', 0],
    ['lines.0.quantity', -3],
    ['lines.0.quantity', 101],
    ['lines.0.quantity', 2_147_483_647],
  ])('is refused with a bad %s: %d', async (field, quantity) => {
    expect((await client.expect('InvalidInput', HOLD, cart(event, quantity))).field).toBe(field);
  });

  it('is refused in another currency, for ticket types of another event, and beyond the limit of an order', async () => {
    const maxTotal = { amount: 1_000_000, currency: 'USD' };
    const refused = await client.expect('InvalidInput', HOLD, cart(event, 1, { maxTotal }));
    expect(refused.field).toBe('maxTotal.currency');
    const other = await office.publish();
    const foreign = { input: { ...cart(other, 1).input, eventId: event.eventId } };
    await client.expect('NotFound', HOLD, foreign);
    await client.expect('LimitExceeded', HOLD, cart(event, 5));
  });
});

describe('taking an order back', () => {
  it('is refused for orders that do not exist, and for those who are not signed in', async () => {
    const orderId = randomIds.uuid();
    const organizer = await office.owner(event);
    await organizer.expect('NotFound', REFUND, { orderId, reason: 'none' });
    await organizer.expect('NotFound', RETRY_REFUND, { orderId });
    await client.expect('NotFound', ACCEPT_OFFER, { orderId });
    await office.graph.expect('NotSignedIn', REFUND, { orderId, reason: 'none' });
    await office.graph.expect('NotSignedIn', RETRY_REFUND, { orderId });
    expect((await client.data(ORDER, { id: orderId })).order).toBeNull();
    const bad = { orderId, reason: 'x'.repeat(201) };
    expect((await organizer.expect('InvalidInput', REFUND, bad)).field).toBe('reason');
  });

  it('is refused while nothing was bought yet, and there is no refund to try again', async () => {
    const another = await office.publish();
    const buyer = await office.buyer();
    const organizer = await office.owner(another);
    const placed = await office.place(buyer, (await office.hold(buyer, another, 1)).id);
    const orderId = placed.order.id;
    await organizer.expect('WrongState', REFUND, { orderId, reason: 'early' });
    await organizer.expect('WrongState', RETRY_REFUND, { orderId });
    expect((await buyer.data(ORDER, { id: orderId })).order).toMatchObject({
      state: 'AWAITING_PAYMENT',
      refunds: [],
      returns: [],
    });
  });
});
