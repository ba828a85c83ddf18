/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import { paymentsPayments, type PublishedEvent, ticketsOrders } from '#contracts';
import { eventually, type GraphClient } from '#testing';
import { BoxOffice, cart, HOLD, PLACE } from '../../test/box-office.ts';
import { AdvanceOrder } from './application/advance-order.ts';
import { TakeUnitsAgain } from './application/take-units-again.ts';
import { StockLoader } from '../inventory/infrastructure/stock-loader.ts';
import { OrdersRepository } from './infrastructure/orders.repository.ts';

/** Real: the service and the engines. Payments is played: it authorizes after the order has expired. */
let office: BoxOffice;

beforeAll(async () => {
  office = await BoxOffice.open(60);
});

afterAll(() => office?.close());

interface Expired {
  readonly client: GraphClient;
  readonly order: any;
  readonly hold: any;
  readonly key: string;
}

async function expired(event: PublishedEvent, quantity: number): Promise<Expired> {
  const client = await office.buyer();
  const hold = await office.hold(client, event, quantity);
  const key = `key-${hold.id}`;
  const { order } = await office.place(client, hold.id, key);
  const now = new Date();
  await office.service.db
    .collection('orders')
    .updateOne({ _id: order.id }, { $set: { payBy: now, driveAt: now } });
  await office.inState(client, order.id, 'EXPIRED');
  return { client, order, hold, key };
}

describe('a payment that is authorized after its order has expired', () => {
  it('gets its units again while there are any, at the price of its hold, and is repeated in vain', async () => {
    const event = await office.publish({}, 3);
    const { client, order, hold, key } = await expired(event, 2);
    await eventually(async () => expect(await office.available(event)).toBe(3));
    const authorized = await office.payment(order, 'PaymentAuthorized');
    await office.line.repeat(paymentsPayments, authorized);
    await office.inState(client, order.id, 'CONFIRMED');
    expect(await office.available(event)).toBe(1);
    await office.payment(order, 'PaymentCaptured');
    await office.line.repeat(paymentsPayments, authorized);
    const completed = await office.inState(client, order.id, 'COMPLETED');
    expect(completed.total.amount).toBe(4_000);
    expect(completed.tickets).toHaveLength(2);
    expect(await office.available(event)).toBe(1);
    expect(Object.values((await office.inventoryOf(event)).pools)).toEqual([
      { capacity: 3, sold: 2, revenue: 4_000 },
    ]);
    // The same request as at the beginning still finds it.
    expect((await office.place(client, hold.id, key)).order.id).toBe(order.id);
    await client.expect('WrongState', PLACE, { input: { holdId: hold.id, idempotencyKey: 'another key' } });
  });

  it("never takes somebody else's hold: then it ends, and payments gives the money free", async () => {
    const facts = await office.line.collect(ticketsOrders);
    const event = await office.publish({}, 2);
    const { client, order } = await expired(event, 2);
    const other = await office.buyer();
    await eventually(async () => expect(await office.available(event)).toBe(2));
    const hold = await office.hold(other, event, 1);
    const authorized = await office.payment(order, 'PaymentAuthorized');
    const cancelled = await office.inState(client, order.id, 'CANCELLED');
    expect(cancelled).toMatchObject({ reason: 'UNITS_GONE', tickets: [] });
    await office.line.repeat(paymentsPayments, authorized);
    await office.payment(order, 'PaymentVoided');
    await eventually(() => {
      const told = facts.filter(({ aggregateId }) => aggregateId === order.id).map(({ type }) => type);
      expect(told).toEqual(['OrderPlaced', 'OrderExpired', 'OrderCancelled']);
    });
    await office.place(other, hold.id);
    expect(await office.available(event)).toBe(1);
  });

  it('is bound to the limits of its account, and to the sale being open', async () => {
    const [limited, closed] = [await office.publish({ maxPerAccount: 2 }), await office.publish()];
    const [one, two] = await Promise.all([expired(limited, 2), expired(closed, 1)]);
    await eventually(async () => expect(await office.available(limited)).toBe(10));
    await office.hold(one.client, limited, 1);
    await office.payment(one.order, 'PaymentAuthorized');
    expect((await office.inState(one.client, one.order.id, 'CANCELLED')).reason).toBe('LIMIT_EXCEEDED');
    await office.change(closed, { status: 'CANCELLED' });
    await eventually(async () => expect((await office.figures(closed)).availability.status).toBe('CLOSED'));
    await office.payment(two.order, 'PaymentAuthorized');
    expect((await office.inState(two.client, two.order.id, 'CANCELLED')).reason).toBe('EVENT_CANCELLED');
  });

  it('keeps its units when the stock is built anew before the order says that it has them', async () => {
    const event = await office.publish({}, 6);
    const { client, order } = await expired(event, 2);
    await eventually(async () => expect(await office.available(event)).toBe(6));
    const orders = office.service.app.get(OrdersRepository);
    const loader = office.service.app.get(StockLoader);
    const save = orders.save.bind(orders);
    orders.save = async (from, step) => {
      if (from.id === order.id && step.next.state === 'CLAIMING') {
        await loader.invalidate([event.eventId]);
        await office.hold(await office.buyer(), event, 1);
      }
      return save(from, step);
    };
    await office.payment(order, 'PaymentAuthorized');
    await office.inState(client, order.id, 'CONFIRMED');
    await (await office.buyer()).expect('SoldOut', HOLD, cart(event, 4));
    expect(await office.available(event)).toBe(3);
  });

  it('goes on after a crash when it has taken the last units, though others are told that there are none', async () => {
    const event = await office.publish({}, 2);
    const { client, order } = await expired(event, 2);
    const other = await office.buyer();
    await eventually(async () => expect(await office.available(event)).toBe(2));
    const { app } = office.service;
    const orders = app.get(OrdersRepository);
    await office.service.db.collection('orders').updateOne({ _id: order.id }, { $set: { paidLate: true } });
    // Whoever took the units died before the order could say so.
    const late = await orders.find(order.id);
    expect((await app.get(TakeUnitsAgain).execute(late!))?.next.state).toBe('CLAIMING');
    await other.expect('SoldOut', HOLD, cart(event, 1));
    await app.get(AdvanceOrder).execute(order.id);
    await office.inState(client, order.id, 'CONFIRMED');
  });

  it('goes on after a crash between hearing of it and taking the units', async () => {
    const event = await office.publish();
    const { client, order } = await expired(event, 1);
    await office.service.db
      .collection('orders')
      .updateOne({ _id: order.id }, { $set: { paidLate: true, driveAt: new Date() }, $inc: { version: 1 } });
    await office.inState(client, order.id, 'CONFIRMED');
  });
});
