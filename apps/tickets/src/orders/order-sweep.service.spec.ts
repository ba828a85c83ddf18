import { randomIds } from '#kernel';
import { eventually } from '#testing';
import { BoxOffice } from '../../test/box-office.ts';

/** More than a sweep may stumble over one by one in the time of this test. */
const BROKEN = 30;

let office: BoxOffice;

beforeAll(async () => {
  office = await BoxOffice.open(60);
});

afterAll(() => office?.close());

/** Orders that cannot be driven on, and are due before all others: claims that were never given a time. */
async function plantBroken(like: string): Promise<void> {
  const orders = office.service.db.collection('orders');
  const pattern = await orders.findOne({ _id: like as never });
  const planted = Array.from({ length: BROKEN }, () => ({
    ...pattern,
    _id: randomIds.uuid() as never,
    holdId: `${pattern!['eventId']}.${randomIds.uuid()}`,
    idempotencyKey: randomIds.uuid(),
    state: 'CLAIMING',
    driveAt: new Date(Date.now() - 3_600_000),
    outbox: [],
    outboxAt: undefined,
    outboxLease: undefined,
  }));
  await orders.insertMany(planted, { ignoreUndefined: true });
}

describe('orders that cannot be driven on', () => {
  it('keep neither other orders nor the inventory waiting', async () => {
    const event = await office.publish({}, 10);
    const { order: sold } = await office.buy(event, 2);
    const client = await office.buyer();
    const { order } = await office.place(client, (await office.hold(client, event, 1)).id);
    await plantBroken(order.id);
    const now = new Date();
    const { db } = office.service;
    await db.collection('orders').updateOne({ _id: order.id }, { $set: { payBy: now, driveAt: now } });
    const overLongAgo = { $set: { 'moves.$.deadline': new Date(now.getTime() - 60_000) } };
    await db.collection<{ _id: string }>('inventory').updateOne({ 'moves.orderId': sold.id }, overLongAgo);
    await eventually(async () => expect((await office.inventoryOf(event)).moves).toEqual([]), 6_000);
    await office.inState(client, order.id, 'EXPIRED');
    await eventually(async () => expect(await office.available(event)).toBe(8));
  });
});
