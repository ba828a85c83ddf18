import { randomIds } from '#kernel';
import { eventually } from '#testing';
import * as documents from './support/documents.ts';
import {
  buy,
  cart,
  fixedPrice,
  inState,
  type OnSale,
  type Person,
  publicGraph,
  putOnSale,
  scanInput,
  signUp,
} from './support/house.ts';

let organizer: Person;
let buyer: Person;

beforeAll(async () => {
  [organizer, buyer] = [await signUp('ORGANIZER'), await signUp()];
});

/* oxlint-disable-next-line typescript/no-explicit-any -- a journey reads answers of any shape */
async function salesOf(event: OnSale): Promise<any> {
  return (await organizer.graph.data(documents.EVENT, { id: event.id })).event.sales;
}

async function scan(event: OnSale, payload: string): Promise<string> {
  const answer = await organizer.graph.expect('Scan', documents.SCAN, scanInput(event, payload));
  return answer.reason;
}

describe('a ticket of an order', () => {
  it('is taken back alone: its money goes back, its code admits nobody, and its unit is for sale again', async () => {
    const event = await putOnSale(organizer, [fixedPrice('Stalls', 2_000, 2)]);
    const order = await buy(buyer, event, 2);
    const { myTickets } = await buyer.graph.data(documents.MY_TICKETS, { eventId: event.id });
    const [gone, kept] = myTickets.nodes;
    const variables = { orderId: order.id, reason: 'One of them is ill', ticketIds: [gone.id] };
    await buyer.graph.expect('NotPermitted', documents.REFUND_ORDER, variables);
    await Promise.all([1, 2].map(() => organizer.graph.expect('Order', documents.REFUND_ORDER, variables)));
    expect(await inState(buyer, order.id, 'PARTIALLY_REFUNDED')).toMatchObject({
      payment: { state: 'CAPTURED', refunded: { amount: 2_000 } },
      refunds: [{ status: 'PAID', amount: { amount: 2_000 } }],
      returns: [{ ticketIds: [gone.id], reason: 'ORGANIZER', note: 'One of them is ill' }],
    });
    await eventually(async () => expect(await scan(event, gone.qr.payload)).toBe('REFUNDED'));
    expect(await scan(event, kept.qr.payload)).toBe('OK');
    expect(await salesOf(event)).toMatchObject({ unitsSold: 1, revenue: { amount: 2_000 } });
    await buy(await signUp(), event, 1);

    await organizer.graph.expect('Order', documents.REFUND_ORDER, {
      orderId: order.id,
      reason: 'The other too',
    });
    expect(await inState(buyer, order.id, 'REFUNDED')).toMatchObject({
      payment: { state: 'REFUNDED', refunded: { amount: 4_000 } },
    });
  });
});

describe('the desk', () => {
  it('sells and gives away, and everybody sees only what is theirs', async () => {
    const event = await putOnSale(organizer, [fixedPrice('Stalls', 1_500, 10)]);
    const paid = await buy(buyer, event, 1);
    const sale = cart(event, 2, { paidBy: 'CASH', idempotencyKey: randomIds.uuid() });
    await buyer.graph.expect('NotPermitted', documents.SELL_AT_DOOR, sale);
    const sold = await organizer.graph.expect('Order', documents.SELL_AT_DOOR, sale);
    expect(sold).toMatchObject({
      state: 'COMPLETED',
      channel: 'BOX_OFFICE',
      paidBy: 'CASH',
      total: { amount: 3_000 },
      payment: null,
    });
    expect((await organizer.graph.expect('Order', documents.SELL_AT_DOOR, sale)).id).toBe(sold.id);
    const guest = cart(event, 1, { holderName: '=Grace', idempotencyKey: randomIds.uuid() });
    const given = await organizer.graph.expect('Order', documents.ISSUE_COMPLIMENTARY, guest);
    expect(given).toMatchObject({ state: 'COMPLETED', total: { amount: 0 }, payment: null });
    expect(await salesOf(event)).toEqual({
      unitsSold: 4,
      ordersCompleted: 3,
      revenue: { amount: 4_500, currency: 'EUR' },
    });
    const { myTickets } = await organizer.graph.data(documents.MY_TICKETS, { eventId: event.id });
    for (const { tickets } of [sold, given]) {
      const { qr } = myTickets.nodes.find(({ id }: { id: string }) => id === tickets[0].id);
      await eventually(async () => expect(['OK', 'ALREADY_USED']).toContain(await scan(event, qr.payload)));
    }

    const list = async (person: Person, filter?: object) =>
      (await person.graph.data(documents.EVENT_ORDERS, { id: event.id, filter })).event.orders?.nodes;
    expect((await list(organizer)).map(({ id }: { id: string }) => id)).toEqual([given.id, sold.id, paid.id]);
    expect(await list(organizer, { search: buyer.email.toUpperCase() })).toMatchObject([
      { id: paid.id, channel: 'ONLINE', buyerEmail: buyer.email },
    ]);
    expect(await list(buyer)).toBeUndefined();
    const mine = await buyer.graph.data(documents.MY_ORDERS, { filter: { time: 'UPCOMING' } });
    expect(mine.myOrders.nodes.map(({ id }: { id: string }) => id)).toContain(paid.id);

    await organizer.graph.expect('Order', documents.REFUND_ORDER, {
      orderId: sold.id,
      reason: 'Sold out seat',
    });
    await inState(organizer, sold.id, 'REFUNDED');
    expect(await salesOf(event)).toMatchObject({ unitsSold: 2, revenue: { amount: 1_500 } });

    const url = new URL(`/exports/events/${event.id}/orders.csv`, publicGraph.endpoint);
    const download = (person?: Person) =>
      fetch(url, person ? { headers: { authorization: `Bearer ${person.token}` } } : {});
    const exported = await download(organizer);
    expect(exported.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
    const lines = (await exported.text()).split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines[3]).toContain(",'=Grace,");
    expect([(await download()).status, (await download(buyer)).status]).toEqual([401, 403]);
  });
});
