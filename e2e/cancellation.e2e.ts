import { randomIds } from '#kernel';
import { eventually } from '#testing';
import * as documents from './support/documents.ts';
import {
  buy,
  cart,
  fixedPrice,
  GOOD_CARD,
  inState,
  FIRST_REFUND_COMES_BACK_CARD,
  type OnSale,
  type Person,
  place,
  putOnSale,
  REFUSES_FIRST_REFUND_CARD,
  scanInput,
  signUp,
} from './support/house.ts';

/** A cancellation goes over three services and back. */
const UNDONE_WITHIN_MS = 30_000;

let organizer: Person;

beforeAll(async () => {
  organizer = await signUp('ORGANIZER');
});

/* oxlint-disable-next-line typescript/no-explicit-any -- a journey reads answers of any shape */
async function cancellationOf(event: OnSale, person = organizer): Promise<any> {
  return (await person.graph.data(documents.CANCELLATION, { id: event.id })).event.cancellation;
}

async function balanceOf({ id }: OnSale): Promise<object> {
  const { event } = await organizer.graph.data(documents.BALANCES, { id });
  const [{ captured, refunded, balance }] = event.organization.balances;
  return { captured: captured.amount, refunded: refunded.amount, balance: balance.amount };
}

async function getFree(buyer: Person, event: OnSale): Promise<string> {
  const hold = await buyer.graph.expect('Hold', documents.HOLD, cart(event, 2));
  const { order, paymentToken } = await place(buyer, hold.id);
  expect(paymentToken).toBeNull();
  return (await inState(buyer, order.id, 'COMPLETED')).id;
}

describe('a cancelled event', () => {
  it('gives everybody their money back, and its tickets admit nobody', async () => {
    const event = await putOnSale(organizer, [fixedPrice('Stalls', 4_500, 50)]);
    const free = await putOnSale(organizer, [fixedPrice('Lawn', 0, 50)]);
    const [buyer, other, waiting] = [await signUp(), await signUp(), await signUp()];
    const order = await buy(buyer, event, 2);
    const { payload } = (await buyer.graph.data(documents.MY_TICKETS, { eventId: event.id })).myTickets
      .nodes[0].qr;
    const freeOrder = await getFree(other, free);
    const unpaid = await place(
      waiting,
      (await waiting.graph.expect('Hold', documents.HOLD, cart(event, 1))).id,
    );
    const hold = await waiting.graph.expect('Hold', documents.HOLD, cart(event, 1));
    expect(await cancellationOf(event)).toBeNull();

    for (const { id } of [event, free]) await organizer.graph.expect('Event', documents.CANCEL_EVENT, { id });
    expect((await inState(waiting, unpaid.order.id, 'CANCELLED')).reason).toBe('EVENT_CANCELLED');
    await waiting.graph.expect('SalesClosed', documents.PLACE_ORDER, {
      input: { holdId: hold.id, idempotencyKey: randomIds.uuid() },
    });
    const refunded = await inState(buyer, order.id, 'REFUNDED');
    expect(refunded).toMatchObject({
      reason: 'EVENT_CANCELLED',
      payment: { state: 'REFUNDED', refunded: { amount: 9_000 } },
      refunds: [{ status: 'PAID', amount: { amount: 9_000 } }],
    });
    expect(refunded.tickets.map(({ status }: { status: string }) => status)).toEqual(['VOID', 'VOID']);
    expect((await inState(other, freeOrder, 'REFUNDED')).payment).toBeNull();
    await eventually(async () => {
      expect(await cancellationOf(event)).toEqual({
        status: 'DONE',
        ordersTotal: 2,
        cancelled: 1,
        refunding: 0,
        refunded: 1,
        failed: 0,
      });
      expect(await cancellationOf(free)).toMatchObject({ status: 'DONE', ordersTotal: 1, refunded: 1 });
    }, UNDONE_WITHIN_MS);
    expect(await cancellationOf(event, buyer)).toBeNull();

    const { event: figures } = await organizer.graph.data(documents.EVENT, { id: event.id });
    expect(figures.sales).toMatchObject({ unitsSold: 0, ordersCompleted: 0, revenue: { amount: 0 } });
    const scan = await organizer.graph.expect('Scan', documents.SCAN, scanInput(event, payload));
    expect(scan).toMatchObject({ decision: 'REFUSED', reason: 'CANCELLED' });
  });

  it('lists what the provider refuses to pay back, until it is tried again', async () => {
    const event = await putOnSale(organizer, [fixedPrice('Box', 1_000, 10)]);
    const buyer = await signUp();
    const order = await buy(buyer, event, 1, REFUSES_FIRST_REFUND_CARD);
    await organizer.graph.expect('Event', documents.CANCEL_EVENT, { id: event.id });
    await eventually(
      async () => expect(await cancellationOf(event)).toMatchObject({ status: 'NEEDS_ATTENTION', failed: 1 }),
      UNDONE_WITHIN_MS,
    );
    const { ordersToRefund } = await organizer.graph.data(documents.ORDERS_TO_REFUND, { eventId: event.id });
    expect(ordersToRefund.nodes).toEqual([{ id: order.id, refunds: [{ failureCode: 'REFUND_REFUSED' }] }]);
    await organizer.graph.expect('Order', documents.RETRY_REFUND, { orderId: order.id });
    await inState(buyer, order.id, 'REFUNDED');
    expect(await cancellationOf(event)).toMatchObject({ status: 'DONE', failed: 0 });
  });
});

describe('an order', () => {
  it('is given back by a member: the door says so, and its units are for sale again', async () => {
    const event = await putOnSale(organizer, [fixedPrice('Stalls', 2_000, 2)]);
    const buyer = await signUp();
    const order = await buy(buyer, event, 2, GOOD_CARD);
    const { payload } = (await buyer.graph.data(documents.MY_TICKETS, { eventId: event.id })).myTickets
      .nodes[0].qr;
    const variables = { orderId: order.id, reason: 'Moved to another night' };
    await buyer.graph.expect('NotPermitted', documents.REFUND_ORDER, variables);
    await organizer.graph.expect('Order', documents.REFUND_ORDER, variables);
    await inState(buyer, order.id, 'REFUNDED');
    await eventually(async () => {
      const scan = await organizer.graph.expect('Scan', documents.SCAN, scanInput(event, payload));
      expect(scan).toMatchObject({ decision: 'REFUSED', reason: 'REFUNDED' });
    });
    await buy(await signUp(), event, 2);
  });

  it('is to be refunded again when the bank sends its money back after it was paid', async () => {
    const event = await putOnSale(organizer, [fixedPrice('Stalls', 2_000, 2)]);
    const buyer = await signUp();
    const order = await buy(buyer, event, 2, FIRST_REFUND_COMES_BACK_CARD);
    const variables = { orderId: order.id, reason: 'Moved to another night' };
    await organizer.graph.expect('Order', documents.REFUND_ORDER, variables);
    expect(await inState(buyer, order.id, 'REFUNDED')).toMatchObject({
      payment: { state: 'REFUNDED', refunded: { amount: 4_000 } },
    });
    expect(await balanceOf(event)).toEqual({ captured: 4_000, refunded: 4_000, balance: 0 });

    expect(await inState(buyer, order.id, 'REFUNDING')).toMatchObject({
      payment: { state: 'CAPTURED', refunded: { amount: 0 } },
      refunds: [{ status: 'FAILED' }],
      tickets: [{ status: 'VOID' }, { status: 'VOID' }],
    });
    expect(await balanceOf(event)).toEqual({ captured: 4_000, refunded: 0, balance: 4_000 });
    const { ordersToRefund } = await organizer.graph.data(documents.ORDERS_TO_REFUND, { eventId: event.id });
    expect(ordersToRefund.nodes).toEqual([
      { id: order.id, refunds: [{ failureCode: 'EXPIRED_OR_CANCELED_CARD' }] },
    ]);
    // Its units are for sale, and stay with whoever has them by now.
    const other = await buy(await signUp(), event, 2);

    await organizer.graph.expect('Order', documents.RETRY_REFUND, { orderId: order.id });
    expect(await inState(buyer, order.id, 'REFUNDED')).toMatchObject({
      payment: { state: 'REFUNDED', refunded: { amount: 4_000 } },
      refunds: [{ status: 'PAID' }],
    });
    expect(await balanceOf(event)).toEqual({ captured: 8_000, refunded: 4_000, balance: 4_000 });
    expect(other.state).toBe('COMPLETED');
  });
});
