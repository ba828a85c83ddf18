import { paymentsPayments, ticketsKeys, ticketsOrders, ticketsTickets } from '#contracts';
import { decodeCredential, verifyCredential } from '#credential';
import { eventIdFromBytes, randomIds, ticketIdFromBytes } from '#kernel';
import { eventually } from '#testing';
import { BoxOffice, ORDER, PLACE, RELEASE } from '../../test/box-office.ts';

let office: BoxOffice;

beforeAll(async () => {
  office = await BoxOffice.open();
});

afterAll(() => office?.close());

describe('an order', () => {
  it('becomes tickets whose codes a door can verify', async () => {
    const keys = await office.line.collect(ticketsKeys);
    const issued = await office.line.collect(ticketsTickets);
    const event = await office.publish();
    const { client, order } = await office.buy(event, 2);
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
    const organizer = await office.owner(event);
    expect((await office.figures(event, organizer)).sales).toEqual({
      unitsSold: 2,
      revenue: { amount: 4_000 },
      ordersCompleted: 1,
    });
    expect((await office.figures(event)).sales).toBeNull();
  });

  it('is the same again under the same key, and another hold under it is refused', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    const [first, second] = [await office.hold(client, event, 1), await office.hold(client, event, 1)];
    const key = randomIds.uuid();
    const placed = await Promise.all([1, 2, 3].map(() => office.place(client, first.id, key)));
    expect(new Set(placed.map(({ order }) => order.id)).size).toBe(1);
    const input = { holdId: second.id, idempotencyKey: key };
    await client.expect('IdempotencyKeyReused', PLACE, { input });
    await client.expect('WrongState', PLACE, {
      input: { holdId: first.id, idempotencyKey: randomIds.uuid() },
    });
    expect((await client.expect('Hold', RELEASE, { id: second.id })).status).toBe('RELEASED');
    expect(await office.available(event)).toBe(9);
  });

  it('is one for each key, whatever else is placed at the same moment', async () => {
    const event = await office.publish();
    const [client, other] = [await office.buyer(), await office.buyer()];
    const keys = ['my order', 'my order 2', ' order  3', randomIds.uuid()];
    const wanted = [...keys.map((key) => ({ buyer: client, key })), { buyer: other, key: 'my order' }];
    const holds = await Promise.all(wanted.map(({ buyer }) => office.hold(buyer, event, 1)));
    const placeAll = (): Promise<string[]> =>
      Promise.all(
        wanted.map(async ({ buyer, key }, i) => (await office.place(buyer, holds[i].id, key)).order.id),
      );
    const placed = await placeAll();
    expect(new Set(placed).size).toBe(wanted.length);
    expect(await placeAll()).toEqual(placed);
  });

  it("is nobody else's business", async () => {
    const event = await office.publish();
    const [client, stranger] = [await office.buyer(), await office.buyer()];
    const hold = await office.hold(client, event, 1);
    await stranger.expect('NotFound', PLACE, {
      input: { holdId: hold.id, idempotencyKey: randomIds.uuid() },
    });
    await stranger.expect('NotFound', RELEASE, { id: hold.id });
    const { order } = await office.place(client, hold.id);
    expect((await stranger.data(ORDER, { id: order.id })).order).toBeNull();
  });

  it('expires when nobody pays, and its units are free again', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    const hold = await office.hold(client, event, 3);
    const { order } = await office.place(client, hold.id);
    expect(await office.available(event)).toBe(7);
    await office.inState(client, order.id, 'EXPIRED');
    await eventually(async () => expect(await office.available(event)).toBe(10));
  });

  it('comes to the same end when every fact is told twice and late', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    const hold = await office.hold(client, event, 2);
    const { order } = await office.place(client, hold.id);
    const authorized = await office.payment(order, 'PaymentAuthorized');
    await office.line.repeat(paymentsPayments, authorized);
    await office.inState(client, order.id, 'CONFIRMED');
    const captured = await office.payment(order, 'PaymentCaptured');
    await office.line.repeat(paymentsPayments, captured);
    await office.line.repeat(paymentsPayments, authorized);
    await office.inState(client, order.id, 'COMPLETED');
    await office.line.repeat(paymentsPayments, captured);
    const second = await office.buy(event, 1);
    expect(second.order.tickets).toHaveLength(1);
    const inventory = await office.service.db
      .collection('inventory')
      .findOne({ _id: event.eventId as never });
    expect(Object.values(inventory!['pools'])).toEqual([{ capacity: 10, sold: 3, revenue: 6_000 }]);
    expect(await office.service.db.collection('tickets').countDocuments({ eventId: event.eventId })).toBe(3);
  });

  it('goes on from what another process has made of it meanwhile', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    const { order } = await office.place(client, (await office.hold(client, event, 1)).id);
    const written = (change: object) =>
      office.service.db
        .collection('orders')
        .updateOne({ _id: order.id }, { $inc: { version: 1 }, ...change });
    await written({ $set: { remark: 'seen elsewhere' } });
    await office.payment(order, 'PaymentAuthorized');
    await office.inState(client, order.id, 'CONFIRMED');
    await written({ $set: { captured: true } });
    await office.payment(order, 'PaymentCaptured');
    const { remark, tickets } = await office.inState(client, order.id, 'COMPLETED');
    expect([remark, tickets.length]).toEqual(['seen elsewhere', 1]);
  });

  it('answers who waits for it when it settles, or when their time is over', async () => {
    const event = await office.publish();
    const { client, order } = await office.confirmed(event, 1);
    const settled = (withinMs: number): Promise<any> =>
      client.data(
        `query ($id: ID!, $withinMs: Int!) { order(id: $id) { settled(withinMs: $withinMs) { state tickets { id } } } }`,
        { id: order.id, withinMs },
      );
    expect((await settled(100)).order.settled).toEqual({ state: 'CONFIRMED', tickets: [] });
    const waiting = settled(4_000);
    await office.payment(order, 'PaymentCaptured');
    const { state, tickets } = (await waiting).order.settled;
    expect([state, tickets.length]).toEqual(['COMPLETED', 1]);
    expect((await settled(4_000)).order.settled.state).toBe('COMPLETED');
    await expect(settled(60_000)).rejects.toThrow('withinMs');
  });

  it('lets nobody wait for it whose approval it waits for', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    const { order } = await office.place(client, (await office.hold(client, event, 1)).id);
    const begun = performance.now();
    const { _entities } = await client.data(
      `query ($orders: [_Any!]!) { _entities(representations: $orders) {
        ... on Order { settled(withinMs: 4000) { id state } } } }`,
      { orders: [{ __typename: 'Order', id: order.id, awaitsBuyer: true }] },
    );
    expect(_entities).toEqual([{ settled: { id: order.id, state: 'AWAITING_PAYMENT' } }]);
    expect(performance.now() - begun).toBeLessThan(3_000);
  });

  it('of a free ticket needs no payment', async () => {
    const event = await office.publish({}, 5, 0);
    const client = await office.buyer();
    const hold = await office.hold(client, event, 2);
    const placed = await office.place(client, hold.id);
    expect(placed.paymentToken).toBeNull();
    expect((await office.inState(client, placed.order.id, 'COMPLETED')).tickets).toHaveLength(2);
  });

  it('is cancelled, not oversold, when the units are gone after all', async () => {
    const cancelled = await office.line.collect(ticketsOrders);
    const event = await office.publish({}, 2);
    const client = await office.buyer();
    const hold = await office.hold(client, event, 2);
    const { order } = await office.place(client, hold.id);
    const id = event.ticketTypes[0]!.ticketTypeId;
    await office.service.db
      .collection('inventory')
      .updateOne({ _id: event.eventId as never }, { $set: { [`pools.${id}.sold`]: 1 } });
    await office.payment(order, 'PaymentAuthorized');
    expect((await office.inState(client, order.id, 'CANCELLED')).reason).toBe('UNITS_GONE');
    await eventually(() =>
      expect(
        cancelled.some(({ type, aggregateId }) => type === 'OrderCancelled' && aggregateId === order.id),
      ).toBe(true),
    );
    expect(
      await office.service.db.collection('allowances').findOne({ eventId: event.eventId }),
    ).toMatchObject({
      total: 0,
      orders: [],
    });
  });

  it('gives its units back when its payment fails for good after they were claimed', async () => {
    const event = await office.publish();
    const { client, order } = await office.confirmed(event, 3);
    const failed = await office.payment(order, 'PaymentFailed');
    await office.line.repeat(paymentsPayments, failed);
    expect((await office.inState(client, order.id, 'CANCELLED')).reason).toBe('PAYMENT_FAILED');
    await eventually(async () => expect(await office.available(event)).toBe(10));
    expect(Object.values((await office.inventoryOf(event)).pools)).toEqual([
      { capacity: 10, sold: 0, revenue: 0 },
    ]);
    await office.hold(client, event, 4);
  });

  it('stays payable after a decline', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    const { order } = await office.place(client, (await office.hold(client, event, 1)).id);
    await office.payment(order, 'PaymentDeclined');
    await office.payment(order, 'PaymentAuthorized');
    await office.inState(client, order.id, 'CONFIRMED');
  });
});
