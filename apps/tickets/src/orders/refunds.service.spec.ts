/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import { paymentsPayments, type PublishedEvent, ticketsDemand } from '#contracts';
import { eventually } from '#testing';
import {
  ACCEPT_OFFER,
  BoxOffice,
  HOLD,
  cart,
  ORDER,
  REFUND,
  RETRY_REFUND,
  TO_REFUND,
} from '../../test/box-office.ts';

let office: BoxOffice;

beforeAll(async () => {
  office = await BoxOffice.open();
});

afterAll(() => office?.close());

const HOUR_MS = 3_600_000;

/** The event was moved just now. */
function moved(event: PublishedEvent, untilMs = HOUR_MS): Promise<{ event: PublishedEvent }> {
  const now = Date.now();
  const refundOffer = {
    offeredAt: new Date(now).toISOString(),
    until: new Date(now + untilMs).toISOString(),
  };
  return office.change(event, { startsAt: '2030-07-01T18:00:00.000Z', refundOffer });
}

describe('a refund by a member', () => {
  it('voids the tickets, pays the money back, and frees units and allowance, once', async () => {
    const event = await office.publish({ maxPerAccount: 2 }, 3);
    const { client, order } = await office.buy(event, 2);
    const variables = { orderId: order.id, reason: 'A friend of the band' };
    await client.expect('NotPermitted', REFUND, variables);
    await (await office.buyer()).expect('NotFound', REFUND, variables);
    const organizer = await office.owner(event);
    expect((await organizer.expect('InvalidInput', REFUND, { ...variables, reason: ' ' })).field).toBe(
      'reason',
    );
    await Promise.all([1, 2, 3].map(() => organizer.expect('Order', REFUND, variables)));
    const refundId = await office.requestedRefund(client, order.id);
    await client.expect('LimitExceeded', HOLD, cart(event, 1));
    await office.payment(order, 'PaymentRefunded', refundId);
    const refunded = await office.inState(client, order.id, 'REFUNDED');
    expect(refunded).toMatchObject({ reason: 'ORGANIZER', note: 'A friend of the band' });
    expect(refunded.refunds).toEqual([
      { id: refundId, status: 'PAID', failureCode: null, amount: { amount: 4_000 } },
    ]);
    expect(refunded.tickets[0]).toMatchObject({ status: 'VOID', voidReason: 'REFUNDED' });
    expect((await organizer.expect('Order', REFUND, variables)).state).toBe('REFUNDED');
    await eventually(async () => expect(await office.available(event)).toBe(3));
    await office.hold(client, event, 2);
  });

  it('is not for an order that is not completed', async () => {
    const event = await office.publish();
    const { order } = await office.confirmed(event, 1);
    const organizer = await office.owner(event);
    await organizer.expect('WrongState', REFUND, { orderId: order.id, reason: 'too early' });
  });
});

describe('a refund of some tickets', () => {
  const idsOf = ({ tickets }: { tickets: { id: string }[] }): string[] => tickets.map(({ id }) => id);
  const poolOf = async (event: PublishedEvent): Promise<unknown> =>
    Object.values((await office.inventoryOf(event)).pools)[0];

  it('voids, pays back and frees just these, and the rest later', async () => {
    const demand = await office.line.collect(ticketsDemand);
    const event = await office.publish({ maxPerAccount: 3 }, 5);
    const { client, order } = await office.buy(event, 3);
    const [first, second, third] = idsOf(order) as [string, string, string];
    const organizer = await office.owner(event);
    const refundOne = (ticketIds?: string[]) =>
      organizer.expect('Order', REFUND, { orderId: order.id, reason: 'Ill', ticketIds });
    await Promise.all([1, 2, 3].map(() => refundOne([first])));
    const refundId = await office.requestedRefund(client, order.id);
    const paid = await office.payment(order, 'PaymentRefunded', refundId, 2_000);
    await office.line.repeat(paymentsPayments, paid);
    const partly = await office.inState(client, order.id, 'PARTIALLY_REFUNDED');
    const statuses = new Map(partly.tickets.map((one: any) => [one.id, one.status]));
    expect([first, second, third].map((id) => statuses.get(id))).toEqual(['VOID', 'VALID', 'VALID']);
    expect(partly.refunds).toMatchObject([{ status: 'PAID', amount: { amount: 2_000 } }]);
    expect(partly.returns).toMatchObject([{ ticketIds: [first], reason: 'ORGANIZER', note: 'Ill' }]);
    expect(await poolOf(event)).toEqual({ capacity: 5, sold: 2, revenue: 4_000 });
    expect((await office.inventoryOf(event)).orders).toBe(1);
    await eventually(async () => expect(await office.available(event)).toBe(3));
    await client.expect('LimitExceeded', HOLD, cart(event, 2));
    expect((await refundOne([first])).state).toBe('PARTIALLY_REFUNDED');
    await office.line.repeat(paymentsPayments, paid);

    // Two at once for others, then the whole: one refund for each ticket.
    await Promise.all([refundOne([second]), refundOne([second, third]), refundOne()]);
    const others = await eventually(async () => {
      const { refunds } = (await client.data(ORDER, { id: order.id })).order;
      expect(refunds.slice(1).every(({ status }: any) => status === 'REQUESTED')).toBe(true);
      expect(refunds.reduce((sum: number, { amount }: any) => sum + amount.amount, 0)).toBe(6_000);
      return refunds.slice(1).map(({ id }: any) => id) as string[];
    });
    await office.payment(order, 'PaymentRefunded', [refundId, ...others]);
    await office.inState(client, order.id, 'REFUNDED');
    expect(await poolOf(event)).toEqual({ capacity: 5, sold: 0, revenue: 0 });
    expect((await office.inventoryOf(event)).orders).toBe(0);
    const allowance = { _id: { $regex: `^${event.eventId}:` } } as object;
    expect(await office.service.db.collection('allowances').findOne(allowance)).toMatchObject({
      total: 0,
      orders: [],
      returns: [],
    });
    await eventually(() => {
      const returned = demand.filter(
        ({ type, payload }) => type === 'UnitsReturned' && payload.eventId === event.eventId,
      );
      const units = returned.map(({ payload }) => ('quantity' in payload ? payload.quantity : 0));
      expect(units.reduce((sum, quantity) => sum + quantity, 0)).toBe(3);
    });
    await office.hold(client, event, 3);
  });

  it('is overtaken by the cancellation of the event, which takes the rest back', async () => {
    const event = await office.publish();
    const { client, order } = await office.buy(event, 2);
    const organizer = await office.owner(event);
    const ticketIds = idsOf(order).slice(0, 1);
    await organizer.expect('Order', REFUND, { orderId: order.id, reason: 'Ill', ticketIds });
    const refused = await office.requestedRefund(client, order.id);
    await office.payment(order, 'PaymentRefundFailed', refused);
    await office.change(event, { status: 'CANCELLED' });
    const refunds = await eventually(async () => {
      const { order: now } = await client.data(ORDER, { id: order.id });
      expect(now.refunds).toMatchObject([{ status: 'FAILED' }, { status: 'REQUESTED' }]);
      return now.refunds;
    }, 10_000);
    await organizer.expect('Order', RETRY_REFUND, { orderId: order.id });
    const retried = (await client.data(ORDER, { id: order.id })).order.refunds[0].id;
    expect(retried).not.toBe(refused);
    await office.payment(order, 'PaymentRefunded', [retried, refunds[1].id], 2_000);
    const refunded = await office.inState(client, order.id, 'REFUNDED');
    expect(refunded.tickets.every(({ status }: any) => status === 'VOID')).toBe(true);
    expect(await poolOf(event)).toMatchObject({ sold: 0, revenue: 0 });
  });

  it('is refused for tickets of other orders, too many, and none', async () => {
    const event = await office.publish();
    const [one, other] = [await office.buy(event, 1), await office.buy(event, 1)];
    const organizer = await office.owner(event);
    const variables = { orderId: one.order.id, reason: 'Ill' };
    const strange = { ...variables, ticketIds: [...idsOf(one.order), ...idsOf(other.order)] };
    await organizer.expect('NotFound', REFUND, strange);
    for (const ticketIds of [[], Array.from({ length: 1_001 }, () => 'A')])
      expect((await organizer.expect('InvalidInput', REFUND, { ...variables, ticketIds })).field).toBe(
        'ticketIds',
      );
    expect((await one.client.data(ORDER, { id: one.order.id })).order.state).toBe('COMPLETED');
  });
});

describe('a refund that comes back from the bank', () => {
  const toRefund = async (client: any, { eventId }: PublishedEvent): Promise<string[]> =>
    (await client.data(TO_REFUND, { eventId })).ordersToRefund.nodes.map(({ id }: any) => id);
  const statusesOf = (order: any): string[] => order.refunds.map(({ status }: any) => status);

  it('brings a refunded order back to those to be refunded; its units stay free, and its tickets void', async () => {
    const demand = await office.line.collect(ticketsDemand);
    const event = await office.publish({ maxPerAccount: 2 }, 3);
    const { client, order } = await office.buy(event, 2);
    const organizer = await office.owner(event);
    await organizer.expect('Order', REFUND, { orderId: order.id, reason: 'Ill' });
    const first = await office.requestedRefund(client, order.id);
    const paid = await office.payment(order, 'PaymentRefunded', first);
    await office.inState(client, order.id, 'REFUNDED');

    const failed = await office.payment(order, 'PaymentRefundFailed', first);
    const back = await office.inState(client, order.id, 'REFUNDING');
    expect(back.refunds).toMatchObject([{ id: first, status: 'FAILED', failureCode: 'REFUND_REFUSED' }]);
    expect(await toRefund(organizer, event)).toEqual([order.id]);
    expect((await office.inventoryOf(event)).pools).toEqual({
      [event.ticketTypes[0]!.ticketTypeId]: { capacity: 3, sold: 0, revenue: 0 },
    });
    // Somebody else has the units meanwhile.
    const other = await office.buy(event, 2);
    await office.line.repeat(paymentsPayments, paid);
    await office.line.repeat(paymentsPayments, failed);

    await organizer.expect('Order', RETRY_REFUND, { orderId: order.id });
    const second = await office.requestedRefund(client, order.id);
    expect(second).not.toBe(first);
    await office.line.repeat(paymentsPayments, failed);
    await office.line.repeat(paymentsPayments, paid);
    await office.payment(order, 'PaymentRefunded', second);
    const refunded = await office.inState(client, order.id, 'REFUNDED');
    expect(refunded.refunds).toMatchObject([{ id: second, status: 'PAID', failureCode: null }]);
    expect(refunded.tickets.every(({ status }: any) => status === 'VOID')).toBe(true);
    expect(await toRefund(organizer, event)).toEqual([]);
    expect((await office.inventoryOf(event)).pools).toMatchObject({
      [event.ticketTypes[0]!.ticketTypeId]: { sold: 2 },
    });
    expect((await other.client.data(ORDER, { id: other.order.id })).order.state).toBe('COMPLETED');
    const returned = demand.filter(
      ({ type, payload }) => type === 'UnitsReturned' && payload.eventId === event.eventId,
    );
    expect(returned).toHaveLength(1);
  });

  it('of some tickets leaves the others as they are', async () => {
    const event = await office.publish({ maxPerAccount: 3 }, 5);
    const { client, order } = await office.buy(event, 3);
    const organizer = await office.owner(event);
    const refunds: string[] = [];
    for (const { id } of order.tickets.slice(0, 2)) {
      const input = { orderId: order.id, reason: 'Ill', ticketIds: [id] };
      await organizer.expect('Order', REFUND, input);
      const requested = await office.requestedRefund(client, order.id);
      refunds.push(requested);
      await office.payment(order, 'PaymentRefunded', requested, 2_000);
      await office.inState(client, order.id, 'PARTIALLY_REFUNDED');
    }
    await office.payment(order, 'PaymentRefundFailed', refunds[0]);
    const back = await office.inState(client, order.id, 'REFUNDING');
    expect(statusesOf(back)).toEqual(['FAILED', 'PAID']);
    expect(back.tickets.filter(({ status }: any) => status === 'VALID')).toHaveLength(1);
    await organizer.expect('Order', RETRY_REFUND, { orderId: order.id });
    await office.payment(order, 'PaymentRefunded', await office.requestedRefund(client, order.id), 2_000);
    const partly = await office.inState(client, order.id, 'PARTIALLY_REFUNDED');
    expect(statusesOf(partly)).toEqual(['PAID', 'PAID']);
    expect((await office.inventoryOf(event)).pools).toEqual({
      [event.ticketTypes[0]!.ticketTypeId]: { capacity: 5, sold: 1, revenue: 2_000 },
    });
  });

  it('is heard of before anybody has heard that it was paid', async () => {
    const event = await office.publish();
    const { client, order } = await office.buy(event, 1);
    const organizer = await office.owner(event);
    await organizer.expect('Order', REFUND, { orderId: order.id, reason: 'Ill' });
    const first = await office.requestedRefund(client, order.id);
    await office.payment(order, 'PaymentRefundFailed', first);
    await eventually(async () => expect(await toRefund(organizer, event)).toEqual([order.id]));
    await office.payment(order, 'PaymentRefunded', first);
    await organizer.expect('Order', RETRY_REFUND, { orderId: order.id });
    await office.payment(order, 'PaymentRefunded', await office.requestedRefund(client, order.id));
    expect(statusesOf(await office.inState(client, order.id, 'REFUNDED'))).toEqual(['PAID']);
  });
});

describe('the refund offer of a moved event', () => {
  it('is taken by the buyer, once, and is for nobody else', async () => {
    const event = await office.publish();
    const { client, order } = await office.buy(event, 1);
    const orderId = order.id;
    expect((await client.expect('NoRefundOffer', ACCEPT_OFFER, { orderId })).message).toMatch(/offer/);
    await moved(event);
    await eventually(async () => {
      const offered = (await client.data(ORDER, { id: orderId })).order;
      expect(offered.refundOffer).toMatchObject({ reason: 'EVENT_MOVED' });
    });
    const organizer = await office.owner(event);
    expect((await organizer.data(ORDER, { id: orderId })).order.refundOffer).toBeNull();
    await organizer.expect('NotFound', ACCEPT_OFFER, { orderId });
    const late = await office.buy(event, 1);
    await late.client.expect('NoRefundOffer', ACCEPT_OFFER, { orderId: late.order.id });

    await Promise.all([1, 2, 3].map(() => client.expect('Order', ACCEPT_OFFER, { orderId })));
    await office.payment(order, 'PaymentRefunded', await office.requestedRefund(client, orderId));
    const refunded = await office.inState(client, orderId, 'REFUNDED');
    expect(refunded).toMatchObject({ reason: 'EVENT_MOVED', refundOffer: null });
    expect(refunded.refunds).toHaveLength(1);
    await client.expect('Order', ACCEPT_OFFER, { orderId });
  });

  it('ends', async () => {
    const event = await office.publish();
    const { client, order } = await office.buy(event, 1);
    await moved(event, 1);
    await eventually(async () => {
      const copy = await office.service.db.collection('events').findOne({ _id: event.eventId as never });
      expect(copy?.['refundOffer']).toBeDefined();
    });
    await client.expect('NoRefundOffer', ACCEPT_OFFER, { orderId: order.id });
  });
});
