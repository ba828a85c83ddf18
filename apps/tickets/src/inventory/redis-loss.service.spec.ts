import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { PublishedEvent } from '#contracts';
import { randomIds } from '#kernel';
import { eventually, type GraphClient } from '#testing';
import { BoxOffice, cart, HOLD, ORDER, PLACE, RELEASE } from '../../test/box-office.ts';
import { OrdersRepository } from '../orders/infrastructure/orders.repository.ts';

let office: BoxOffice;
let redis: Redis;

beforeAll(async () => {
  office = await BoxOffice.open();
  redis = new Redis(office.settings.REDIS_URL);
});

afterAll(async () => {
  redis?.disconnect();
  await office?.close();
});

function keysOf(event: PublishedEvent): Promise<string[]> {
  return redis.keys(`${office.settings.REDIS_KEY_PREFIX}{event:${event.eventId}}:*`);
}

async function lose(event: PublishedEvent): Promise<void> {
  const keys = await keysOf(event);
  if (keys.length > 0) await redis.del(...keys);
}

/** The event's keys as an append-only file has them that is put back after a while: its server was another run. */
async function copyOf(event: PublishedEvent): Promise<() => Promise<void>> {
  const keys = await keysOf(event);
  const values = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
  return async () => {
    await lose(event);
    for (const [i, key] of keys.entries()) if (values[i]) await redis.restore(key, 0, values[i]);
    const sale = keys.find((key) => key.endsWith(':sale'))!;
    await redis.hset(sale, 'generation', 'an earlier run');
  };
}

/** One buyer's way as far as it gets, trying again what may be tried again. Gives the order, if there is one. */
async function tryToBuy(event: PublishedEvent, client: GraphClient): Promise<string | undefined> {
  for (let tries = 0; tries < 20; tries++) {
    const { holdTickets: held } = await client.data(HOLD, cart(event, 2));
    if (held.__typename === 'SoldOut') return undefined;
    if (held.__typename !== 'Hold') continue;
    const input = { holdId: held.id, idempotencyKey: randomIds.uuid() };
    const { placeOrder: placed } = await client.data(PLACE, { input });
    if (placed.__typename !== 'PlacedOrder') continue;
    await office.payment(placed.order, 'PaymentAuthorized');
    return placed.order.id;
  }
  return undefined;
}

async function stateOf(client: GraphClient, orderId: string): Promise<string> {
  return (await client.data(ORDER, { id: orderId })).order.state;
}

async function soldOf(event: PublishedEvent): Promise<number> {
  return (await office.inventoryOf(event)).pools[event.ticketTypes[0]!.ticketTypeId].sold;
}

describe('when Redis has lost an event', () => {
  it('one process counts it again, and all who ask meanwhile wait for that', async () => {
    const event = await office.publish({}, 40);
    await office.confirmed(event, 2);
    const orders = office.service.app.get(OrdersRepository);
    const reserving = orders.reserving.bind(orders);
    let counted = 0;
    orders.reserving = async (eventId) => {
      if (eventId === event.eventId) counted++;
      return reserving(eventId);
    };
    await lose(event);
    const clients = await Promise.all(Array.from({ length: 50 }, () => office.buyer()));
    const answers = await Promise.all(clients.map((client) => client.data(HOLD, cart(event, 1))));
    const types = answers.map(({ holdTickets }) => holdTickets.__typename);
    expect(types.filter((type) => type === 'Hold')).toHaveLength(38);
    expect(types.filter((type) => type === 'SoldOut')).toHaveLength(12);
    expect(counted).toBe(1);
  });

  it('again and again in the middle of a rush, nothing is sold twice and nothing is left over', async () => {
    const event = await office.publish({}, 20);
    const clients = await Promise.all(Array.from({ length: 16 }, () => office.buyer()));
    let selling = true;
    const losing = (async () => {
      for (let times = 0; selling && times < 20; times++) {
        await sleep(60);
        await lose(event);
      }
    })();
    const orderIds = await Promise.all(clients.map((client) => tryToBuy(event, client)));
    selling = false;
    await losing;
    const ended = ['CONFIRMED', 'CANCELLED', 'EXPIRED'];
    const states = await Promise.all(
      clients.map((client, i) =>
        eventually(async () => {
          const orderId = orderIds[i];
          const state = orderId === undefined ? 'CANCELLED' : await stateOf(client, orderId);
          expect(ended).toContain(state);
          return state;
        }, 15_000),
      ),
    );
    const sold = 2 * states.filter((state) => state === 'CONFIRMED').length;
    expect(sold).toBeGreaterThan(0);
    expect(sold).toBeLessThanOrEqual(20);
    expect(await soldOf(event)).toBe(sold);
    // What was held by whom nothing came of is free again.
    await eventually(async () => expect(await office.available(event)).toBe(20 - sold), 10_000);
  });
});

describe('when Redis comes back as it was some time ago', () => {
  it('neither sells again what was sold since, nor forgets what was', async () => {
    const event = await office.publish({}, 10);
    const [early, later] = [await office.buyer(), await office.buyer()];
    const released = await office.hold(early, event, 4);
    const ordered = await office.hold(later, event, 3);
    const putBack = await copyOf(event);
    await early.expect('Hold', RELEASE, { id: released.id });
    const { order } = await office.place(later, ordered.id);
    await office.payment(order, 'PaymentAuthorized');
    await office.inState(later, order.id, 'CONFIRMED');
    await office.confirmed(event, 4);
    await office.confirmed(event, 2);
    await putBack();
    // One unit is left; the old file would have three, and holds that have ended since.
    const buyers = await Promise.all(Array.from({ length: 6 }, () => office.buyer()));
    const answers = await Promise.all(buyers.map((client) => client.data(HOLD, cart(event, 1))));
    const held = answers.filter(({ holdTickets }) => holdTickets.__typename === 'Hold').length;
    expect(held).toBeLessThanOrEqual(1);
    const again = { holdId: ordered.id, idempotencyKey: randomIds.uuid() };
    await later.expect('WrongState', PLACE, { input: again });
    expect(await soldOf(event)).toBe(9);
  });

  it('heals of holds that had ended: they end once more, with their time', async () => {
    const event = await office.publish({}, 10);
    const client = await office.buyer();
    const hold = await office.hold(client, event, 4);
    const putBack = await copyOf(event);
    await client.expect('Hold', RELEASE, { id: hold.id });
    await putBack();
    expect([6, 10]).toContain(await office.available(event));
    await office.hold(await office.buyer(), event, 1);
    await eventually(async () => expect(await office.available(event)).toBe(10), 6_000);
  });
});
