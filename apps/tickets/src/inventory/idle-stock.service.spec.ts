import { Redis } from 'ioredis';
import type { PublishedEvent } from '#contracts';
import { eventually } from '#testing';
import { BoxOffice } from '../../test/box-office.ts';

let office: BoxOffice;
let redis: Redis;

beforeAll(async () => {
  office = await BoxOffice.open(60, 60);
  redis = new Redis(office.settings.REDIS_URL);
});

afterAll(async () => {
  redis?.disconnect();
  await office?.close();
});

const key = (name: string): string => `${office.settings.REDIS_KEY_PREFIX}${name}`;
const touchedAt = (event: PublishedEvent): Promise<string | null> =>
  redis.zscore(key('tickets:touched-events'), event.eventId);

/** Nobody has touched the event's sale for hours, and what had ended by then is not remembered any more. */
async function letRest(event: PublishedEvent, ended: string[]): Promise<void> {
  await eventually(async () => expect(await touchedAt(event)).not.toBeNull());
  await eventually(async () => expect(await redis.xlen(key(`{event:${event.eventId}}:facts`))).toBe(0));
  for (const holdId of ended) await redis.zadd(key(`{event:${event.eventId}}:deadlines`), 1, holdId);
  await redis.zadd(key('tickets:touched-events'), 1, event.eventId);
}

async function partsOf(event: PublishedEvent): Promise<string[]> {
  const keys = await redis.keys(key(`{event:${event.eventId}}:*`));
  return keys.map((one) => one.slice(one.lastIndexOf(':') + 1)).toSorted();
}

it('stock that nobody touches leaves Redis, and is there again when somebody does', async () => {
  const event = await office.publish();
  const client = await office.buyer();
  const { order } = await office.buy(event, 2, client);
  const sold = await office.service.db.collection('orders').findOne({ _id: order.id });
  await letRest(event, [sold!['holdId']]);
  await eventually(async () => expect(await partsOf(event)).toEqual(['epoch']), 8_000);
  expect(await redis.pttl(key(`{event:${event.eventId}}:epoch`))).toBeGreaterThan(0);
  expect(await touchedAt(event)).toBeNull();
  expect(await office.available(event)).toBe(8);
  await office.hold(await office.buyer(), event, 4);
  expect(await office.available(event)).toBe(4);
});

it('stock with a hold stays, and is looked at again', async () => {
  const event = await office.publish();
  await office.hold(await office.buyer(), event, 3);
  await letRest(event, []);
  await eventually(async () => expect(Number(await touchedAt(event))).toBeGreaterThan(1), 8_000);
  expect(await partsOf(event)).toEqual(expect.arrayContaining(['deadlines', 'holds', 'sale']));
  expect(await office.available(event)).toBe(7);
});
