import { jest } from '@jest/globals';
import {
  eventsEvents,
  type FactsOf,
  type PublishedEvent,
  paymentsPayments,
  ticketsDemand,
  ticketsOrders,
  ticketsTickets,
} from '#contracts';
import { randomIds } from '#kernel';
import { eventually } from '#testing';
import { BoxOffice, cart, HOLD, ORDER, PLACE, RETRY_REFUND, TO_REFUND } from '../../test/box-office.ts';
import { AdvanceOrder } from '../orders/application/advance-order.ts';
import { OrdersRepository } from '../orders/infrastructure/orders.repository.ts';

let office: BoxOffice;
let orders: FactsOf<typeof ticketsOrders>[];
let tickets: FactsOf<typeof ticketsTickets>[];
let demand: FactsOf<typeof ticketsDemand>[];

beforeAll(async () => {
  office = await BoxOffice.open();
  orders = await office.line.collect(ticketsOrders);
  tickets = await office.line.collect(ticketsTickets);
  demand = await office.line.collect(ticketsDemand);
});

afterAll(() => office?.close());

async function progress(event: PublishedEvent): Promise<Record<string, unknown>> {
  return (await office.figures(event, await office.owner(event))).cancellation;
}

function pools(event: PublishedEvent): Promise<unknown[]> {
  return office.inventoryOf(event).then(({ pools: all }) => Object.values(all));
}

const factsOf = (orderId: string): string[] =>
  orders.filter(({ aggregateId }) => aggregateId === orderId).map(({ type }) => type);

describe('the cancellation of an event', () => {
  it('undoes its orders, whatever they have come to, and tells how far it is', async () => {
    const event = await office.publish({ maxPerAccount: 10 }, 30);
    const bought = await office.buy(event, 2);
    const confirmed = await office.confirmed(event, 3);
    const client = await office.buyer();
    const waiting = await office.place(client, (await office.hold(client, event, 1)).id);
    const hold = await office.hold(client, event, 1);
    expect(await progress(event)).toBeNull();

    const { fact } = await office.change(event, { status: 'CANCELLED' });
    await office.line.repeat(eventsEvents, fact);
    await eventually(
      async () => expect((await office.figures(event)).availability.status).toBe('CLOSED'),
      2_000,
    );
    expect(await client.expect('SalesClosed', HOLD, cart(event, 1))).toMatchObject({
      message: 'The event is not on sale any more.',
    });
    await client.expect('SalesClosed', PLACE, {
      input: { holdId: hold.id, idempotencyKey: randomIds.uuid() },
    });

    expect((await office.inState(client, waiting.order.id, 'CANCELLED')).reason).toBe('EVENT_CANCELLED');
    const refund = await office.requestedRefund(bought.client, bought.order.id);
    const { order } = await bought.client.data(ORDER, { id: bought.order.id });
    expect(order).toMatchObject({ state: 'REFUNDING', reason: 'EVENT_CANCELLED' });
    expect(order.tickets).toHaveLength(2);
    for (const ticket of order.tickets)
      expect(ticket).toMatchObject({ status: 'VOID', voidReason: 'EVENT_CANCELLED' });
    await office.requestedRefund(confirmed.client, confirmed.order.id);
    expect(await progress(event)).toEqual({
      status: 'RUNNING',
      ordersTotal: 3,
      cancelled: 1,
      refunding: 2,
      refunded: 0,
      failed: 0,
    });

    const paid = await office.payment(bought.order, 'PaymentRefunded', 'somebody-elses');
    await office.line.repeat(paymentsPayments, paid);
    const refunded = await office.payment(bought.order, 'PaymentRefunded', refund);
    await office.line.repeat(paymentsPayments, refunded);
    await office.payment(confirmed.order, 'PaymentVoided');
    await office.inState(bought.client, bought.order.id, 'REFUNDED');
    await office.inState(confirmed.client, confirmed.order.id, 'CANCELLED');
    expect(await progress(event)).toMatchObject({ status: 'DONE', cancelled: 2, refunding: 0, refunded: 1 });
    expect(await pools(event)).toEqual([{ capacity: 30, sold: 0, revenue: 0 }]);
    await eventually(() =>
      expect(factsOf(bought.order.id)).toEqual([
        'OrderPlaced',
        'OrderConfirmed',
        'OrderCompleted',
        'RefundRequested',
        'OrderRefunded',
      ]),
    );
    await eventually(() => {
      const voided = tickets.filter(
        ({ type, payload }) => type === 'TicketVoided' && payload.eventId === event.eventId,
      );
      expect(voided.map(({ payload, aggregateVersion }) => [payload.voidReason, aggregateVersion])).toEqual([
        ['EVENT_CANCELLED', 2],
        ['EVENT_CANCELLED', 2],
      ]);
      const moved = demand.filter(({ payload }) => 'orderId' in payload && payload.eventId === event.eventId);
      expect(moved.map(({ type }) => type)).toEqual(['UnitsSold', 'UnitsReturned']);
    });
  });

  it('is what an order that was being claimed just then is told of', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    const { order } = await office.place(client, (await office.hold(client, event, 1)).id);
    const _id = event.eventId as never;
    await office.service.db.collection('events').updateOne({ _id }, { $set: { status: 'CANCELLED' } });
    await office.service.db.collection('inventory').updateOne({ _id }, { $set: { open: false } });
    await office.service.app.get(AdvanceOrder).paymentAuthorized(order.id);
    expect((await office.inState(client, order.id, 'CANCELLED')).reason).toBe('EVENT_CANCELLED');
  });

  it('undoes an order that is being written just then', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    const hold = await office.hold(client, event, 1);
    const repository = office.service.app.get(OrdersRepository);
    const add = repository.add.bind(repository);
    jest.spyOn(repository, 'add').mockImplementationOnce(async (order) => {
      await office.change(event, { status: 'CANCELLED' });
      await eventually(async () => expect((await office.figures(event)).availability.status).toBe('CLOSED'));
      return add(order);
    });
    const { order } = await office.place(client, hold.id);
    expect((await office.inState(client, order.id, 'CANCELLED')).reason).toBe('EVENT_CANCELLED');
  });

  it('keeps no order waiting for others that cannot be undone just now, however many', async () => {
    const event = await office.publish({}, 10);
    const { client, order } = await office.buy(event, 1);
    const documents = office.service.db.collection<{ _id: string }>('orders');
    const bought = await documents.findOne({ _id: order.id });
    const stuck = Array.from({ length: 250 }, (_, n) => `${event.eventId} stuck ${n}`);
    await documents.insertMany(
      stuck.map((_id, n) => ({
        ...bought,
        _id,
        holdId: _id,
        idempotencyKey: _id,
        placedAt: new Date(Date.now() + (n < 150 ? n : -9_999_999)),
      })),
    );
    const advanceOrder = office.service.app.get(AdvanceOrder);
    const eventCancelled = advanceOrder.eventCancelled.bind(advanceOrder);
    const tries = new Map(stuck.map((id) => [id, 0]));
    advanceOrder.eventCancelled = (orderId) => {
      const before = tries.get(orderId);
      if (before === undefined) return eventCancelled(orderId);
      tries.set(orderId, before + 1);
      return Promise.reject(new Error('not just now'));
    };
    await office.change(event, { status: 'CANCELLED' });
    await office.inState(client, order.id, 'REFUNDING');
    await eventually(() => expect(Math.min(...tries.values())).toBeGreaterThan(1), 10_000);
    await documents.deleteMany({ _id: { $in: stuck } });
    advanceOrder.eventCancelled = eventCancelled;
  }, 30_000);

  it('reads none of the orders whose refund is under way to find those that are taken back in part', async () => {
    const { eventId } = await office.publish();
    const documents = office.service.db.collection<{ _id: string }>('orders');
    await documents.insertMany(
      Array.from({ length: 500 }, (_, n) => `${eventId} refunding ${n}`).map((_id) => ({
        _id,
        holdId: _id,
        idempotencyKey: _id,
        eventId,
        state: 'REFUNDING',
        placedAt: new Date(),
      })),
    );
    const { executionStats } = await documents
      .find({ eventId, state: 'REFUNDING', partial: true } as object)
      .sort({ placedAt: -1, _id: -1 })
      .explain('executionStats');
    expect(executionStats.totalDocsExamined).toBeLessThan(10);
    await documents.deleteMany({ eventId } as object);
  });

  it('refunds a free order without any payment', async () => {
    const event = await office.publish({}, 5, 0);
    const client = await office.buyer();
    const { order } = await office.place(client, (await office.hold(client, event, 2)).id);
    await office.inState(client, order.id, 'COMPLETED');
    await office.change(event, { status: 'CANCELLED' });
    const refunded = await office.inState(client, order.id, 'REFUNDED');
    expect(refunded.refunds).toEqual([]);
    expect(refunded.tickets.map(({ status }: { status: string }) => status)).toEqual(['VOID', 'VOID']);
    expect(await pools(event)).toEqual([{ capacity: 5, sold: 0, revenue: 0 }]);
    expect(await progress(event)).toMatchObject({ status: 'DONE', ordersTotal: 1, refunded: 1 });
  });

  it('lists the refunds that the provider refuses, until they are tried again', async () => {
    const event = await office.publish();
    const { client, order } = await office.buy(event, 1);
    await office.change(event, { status: 'CANCELLED' });
    const first = await office.requestedRefund(client, order.id);
    const failed = await office.payment(order, 'PaymentRefundFailed', first);
    await eventually(async () =>
      expect(await progress(event)).toMatchObject({ status: 'NEEDS_ATTENTION', refunding: 1, failed: 1 }),
    );
    const organizer = await office.owner(event);
    const { ordersToRefund } = await organizer.data(TO_REFUND, { eventId: event.eventId });
    expect(ordersToRefund.nodes).toEqual([{ id: order.id, refunds: [{ failureCode: 'REFUND_REFUSED' }] }]);
    await (await office.buyer()).expect('NotFound', RETRY_REFUND, { orderId: order.id });
    await client.expect('NotPermitted', RETRY_REFUND, { orderId: order.id });

    await Promise.all([1, 2].map(() => organizer.expect('Order', RETRY_REFUND, { orderId: order.id })));
    const second = await office.requestedRefund(client, order.id);
    expect(second).not.toBe(first);
    await office.line.repeat(paymentsPayments, failed);
    await office.payment(order, 'PaymentRefunded', second);
    await office.inState(client, order.id, 'REFUNDED');
    expect((await organizer.data(TO_REFUND, { eventId: event.eventId })).ordersToRefund.nodes).toEqual([]);
  });

  it('goes on where a process died, in every state that it may have left', async () => {
    const event = await office.publish({}, 20);
    const [begun, voided, paid] = [
      await office.buy(event, 1),
      await office.buy(event, 1),
      await office.buy(event, 1),
    ];
    const documents = office.service.db.collection('orders');
    const leave = async (orderId: string, status: string) => {
      const refunds = [
        {
          refundId: `of-${orderId}`,
          amount: { amount: 2_000, currency: 'EUR' },
          status,
          plannedAt: new Date(),
        },
      ];
      const fields = { state: 'REFUNDING', reason: 'EVENT_CANCELLED', refunds, wasCompleted: true };
      const times = { claimDeadline: new Date(Date.now() - 1_000), driveAt: new Date() };
      await documents.updateOne(
        { _id: orderId as never },
        { $set: { ...fields, ...times }, $inc: { version: 1 } },
      );
    };
    await office.service.db
      .collection('tickets')
      .updateMany({ orderId: voided.order.id }, { $set: { status: 'VOID', version: 2 } });
    await leave(begun.order.id, 'PLANNED');
    await leave(voided.order.id, 'PLANNED');
    await leave(paid.order.id, 'PAID');
    await office.inState(paid.client, paid.order.id, 'REFUNDED');
    for (const { client, order } of [begun, voided]) {
      await office.payment(order, 'PaymentRefunded', await office.requestedRefund(client, order.id));
      expect((await office.inState(client, order.id, 'REFUNDED')).tickets[0].status).toBe('VOID');
    }
    expect(await pools(event)).toEqual([{ capacity: 20, sold: 0, revenue: 0 }]);
  });
});
