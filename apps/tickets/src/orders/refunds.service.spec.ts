import type { PublishedEvent } from '#contracts';
import { eventually } from '#testing';
import { ACCEPT_OFFER, BoxOffice, HOLD, cart, ORDER, REFUND } from '../../test/box-office.ts';

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
