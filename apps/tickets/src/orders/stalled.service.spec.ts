import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { PublishedEvent } from '#contracts';
import { randomIds } from '#kernel';
import { eventually } from '#testing';
import { BoxOffice } from '../../test/box-office.ts';
import { Holds } from '../inventory/infrastructure/holds.ts';

/**
 * Orders that stood still for longer than Redis keeps their units: all processes were away, or what they wait for.
 * Real: the service and the engines. The reservation is made to end, and the order to be as old as that.
 */
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

/** Ends the reservation of an order, whose next step is in this state. */
async function outlive(event: PublishedEvent, orderId: string, change: object): Promise<void> {
  const orders = office.service.db.collection<{ _id: string; holdId: string; version: number }>('orders');
  const longAgo = new Date(Date.now() - 60_000);
  const times = { payBy: longAgo, reservedUntil: longAgo };
  // The service decides on what it wrote last, if nobody has written since.
  const older = { $set: { ...times, ...change }, $inc: { version: 1 } };
  const order = await orders.findOneAndUpdate({ _id: orderId }, older);
  await redis.zadd(deadlinesOf(event), 1, order!.holdId);
}

function deadlinesOf({ eventId }: PublishedEvent): string {
  return `${office.settings.REDIS_KEY_PREFIX}{event:${eventId}}:deadlines`;
}

const NOT_SOON = { driveAt: new Date('2031-01-01') };

describe('an order whose reservation has ended', () => {
  it('leaves no units free in Redis that are sold, once it is claimed', async () => {
    const event = await office.publish({}, 3);
    const client = await office.buyer();
    const { order } = await office.place(client, (await office.hold(client, event, 2)).id);
    const claiming = { state: 'CLAIMING', claimDeadline: new Date(Date.now() + 20_000), driveAt: new Date() };
    await outlive(event, order.id, claiming);
    await office.inState(client, order.id, 'CONFIRMED');
    await office.payment(order, 'PaymentCaptured');
    await office.inState(client, order.id, 'COMPLETED');
    await eventually(async () => expect(await office.available(event)).toBe(1));
  });

  it('leaves no units free in Redis that are sold, also when only the clock of Redis says that it has ended', async () => {
    const event = await office.publish({}, 3);
    const client = await office.buyer();
    const hold = await office.hold(client, event, 2);
    const { order } = await office.place(client, hold.id);
    await redis.zadd(deadlinesOf(event), 1, hold.id);
    await office.payment(order, 'PaymentAuthorized');
    await office.inState(client, order.id, 'CONFIRMED');
    await eventually(async () => expect(await office.available(event)).toBe(1));
  });

  it('takes nothing that somebody else holds by now, though it is paid', async () => {
    const event = await office.publish({}, 2);
    const [late, other] = [await office.buyer(), await office.buyer()];
    const { order } = await office.place(late, (await office.hold(late, event, 2)).id);
    await outlive(event, order.id, NOT_SOON);
    const hold = await office.hold(other, event, 2);
    await office.payment(order, 'PaymentAuthorized');
    const cancelled = await office.inState(late, order.id, 'CANCELLED');
    expect(cancelled).toMatchObject({ reason: 'UNITS_GONE', tickets: [] });
    const { order: others } = await office.place(other, hold.id);
    await office.payment(others, 'PaymentAuthorized');
    await office.inState(other, others.id, 'CONFIRMED');
  });

  it('has its units again if nobody wants them', async () => {
    const event = await office.publish({}, 3);
    const client = await office.buyer();
    const { order } = await office.place(client, (await office.hold(client, event, 2)).id);
    await outlive(event, order.id, NOT_SOON);
    await eventually(async () => expect(await office.available(event)).toBe(3));
    await office.payment(order, 'PaymentAuthorized');
    await office.inState(client, order.id, 'CONFIRMED');
    await eventually(async () => expect(await office.available(event)).toBe(1));
  });
});

describe('an order that is written long after its units were reserved, by a second attempt', () => {
  it('keeps them for as long as it may be paid', async () => {
    const event = await office.publish({}, 3);
    const client = await office.buyer();
    const { id } = await office.hold(client, event, 2);
    const holds = office.service.app.get(Holds);
    // Whoever had reserved them died before the order was written.
    const { accountId } = (await holds.find(id))!;
    await holds.reserve(id, accountId, randomIds.uuid(), 700);
    const { order } = await office.place(client, id);
    await sleep(1_000);
    expect(await office.available(event)).toBe(1);
    await office.payment(order, 'PaymentAuthorized');
    await office.inState(client, order.id, 'CONFIRMED');
    expect(await office.available(event)).toBe(1);
  });
});
