import { Redis } from 'ioredis';
import type { PublishedEvent } from '#contracts';
import { eventually } from '#testing';
import { BoxOffice, cart, HOLD } from '../../test/box-office.ts';
import { Stock } from './infrastructure/stock.ts';
import { StockLoader } from './infrastructure/stock-loader.ts';
import { TouchedEvents } from './infrastructure/touched-events.ts';
import { StockSweep } from './application/stock-sweep.ts';

/** Real: the service and the engines. The hours that nobody comes in are not waited for: the notes are made older. */
let office: BoxOffice;
let redis: Redis;

beforeAll(async () => {
  office = await BoxOffice.open(60);
  redis = new Redis(office.settings.REDIS_URL, { keyPrefix: office.settings.REDIS_KEY_PREFIX });
});

afterAll(async () => {
  redis?.disconnect();
  await office?.close();
});

const NOTES = 'tickets:touched-events';
const THREE_HOURS_MS = 3 * 3_600_000;

async function sweepWithIdle(event: PublishedEvent): Promise<void> {
  // Whatever the service notes is noted by now.
  await eventually(async () => expect(await redis.zscore(NOTES, event.eventId)).not.toBeNull());
  await redis.zadd(NOTES, Date.now() - THREE_HOURS_MS, event.eventId);
  const sweep = office.service.app.get(StockSweep) as unknown as { round(): Promise<void> };
  await sweep.round();
}

/** But for the leases of those who work on the event for a moment. */
async function keysOf(event: PublishedEvent): Promise<string[]> {
  const prefix = office.settings.REDIS_KEY_PREFIX;
  const keys = await redis.keys(`${prefix}{event:${event.eventId}}:*`);
  const parts = keys.map((key) => key.slice(key.lastIndexOf(':') + 1));
  return parts.filter((part) => part !== 'relay' && part !== 'loading').toSorted();
}

/** Nothing is remembered of the event's holds any more, and no fact of it is on its way. */
async function forgetHolds(event: PublishedEvent): Promise<void> {
  const tag = `{event:${event.eventId}}`;
  await eventually(async () => expect(await redis.xlen(`${tag}:facts`)).toBe(0));
  await redis.del(`${tag}:holds`, `${tag}:deadlines`);
}

describe('an event that nobody has touched', () => {
  it('leaves nothing in Redis for good when it is published, changed, or priced anew', async () => {
    const event = await office.publish();
    const { ticketTypeId } = event.ticketTypes[0]!;
    await office.service.app.get(Stock).setPrice(event.eventId, ticketTypeId, 2_500, 2);
    await office.service.app.get(StockLoader).invalidate([event.eventId]);
    const parts = await keysOf(event);
    expect(parts).toEqual(['epoch']);
    expect(await redis.ttl(`{event:${event.eventId}}:epoch`)).toBeGreaterThan(60);
  });
});

describe('the stock of an event that nobody has touched for hours', () => {
  it('is forgotten, and there again for whoever comes', async () => {
    const event = await office.publish({ maxPerAccount: 3 }, 5);
    const { client } = await office.buy(event, 2);
    await forgetHolds(event);
    await sweepWithIdle(event);
    expect(await keysOf(event)).toEqual([]);
    expect(await redis.zscore(NOTES, event.eventId)).toBeNull();
    await eventually(async () => expect(await office.available(event)).toBe(3));
    await client.expect('LimitExceeded', HOLD, cart(event, 2));
    await office.hold(await office.buyer(), event, 3);
    await (await office.buyer()).expect('SoldOut', HOLD, cart(event, 1));
  });

  it('stays while somebody holds or has ordered', async () => {
    const event = await office.publish({}, 5);
    await office.hold(await office.buyer(), event, 2);
    const before = await keysOf(event);
    await sweepWithIdle(event);
    expect(await keysOf(event)).toEqual(before);
    expect(await office.available(event)).toBe(3);
    expect(await office.service.app.get(TouchedEvents).idle(10)).not.toContain(event.eventId);
  });

  it('stays while somebody builds it', async () => {
    const event = await office.publish({}, 5);
    await office.buy(event, 1);
    await forgetHolds(event);
    await redis.set(`{event:${event.eventId}}:loading`, '1', 'PX', 5_000);
    expect(await office.service.app.get(StockLoader).forget(event.eventId)).toBe(false);
    expect(await keysOf(event)).toContain('sale');
  });
});
