/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import { type PublishedEvent, ticketsDemand, ticketsOrders } from '#contracts';
import { jest } from '@jest/globals';
import { randomIds } from '#kernel';
import { eventually } from '#testing';
import { BoxOffice, cart, COMPLIMENTARY, HOLD, ORDER, REFUND, SELL } from '../../test/box-office.ts';
import { OrdersRepository } from './infrastructure/orders.repository.ts';

let office: BoxOffice;

beforeAll(async () => {
  office = await BoxOffice.open();
});

afterAll(() => office?.close());

const MINE = `{ myOrders { nodes { id } } myTickets { nodes { id qr { payload } } } }`;

function guest(event: PublishedEvent, quantity: number, more: object = {}): { input: any } {
  return cart(event, quantity, { holderName: 'Grace Hopper', idempotencyKey: randomIds.uuid(), ...more });
}

function sale(event: PublishedEvent, quantity: number, more: object = {}): { input: any } {
  return cart(event, quantity, { paidBy: 'CASH', idempotencyKey: randomIds.uuid(), ...more });
}

const poolOf = async (event: PublishedEvent): Promise<unknown> =>
  Object.values((await office.inventoryOf(event)).pools)[0];

describe('complimentary tickets', () => {
  it('cost nothing, count as units and not as revenue, and are no demand', async () => {
    const [facts, demand] = [
      await office.line.collect(ticketsOrders),
      await office.line.collect(ticketsDemand),
    ];
    const event = await office.publish({ maxPerAccount: 1 }, 10);
    const manager = await office.member(event, 'MANAGER');
    const input = guest(event, 3, { holderEmail: 'Grace@Example.org', note: 'Speaker' });
    const issued = await manager.expect('Order', COMPLIMENTARY, input);
    expect(issued).toMatchObject({
      state: 'COMPLETED',
      channel: 'COMPLIMENTARY',
      buyerName: 'Grace Hopper',
      buyerEmail: 'grace@example.org',
      remark: 'Speaker',
      total: { amount: 0 },
    });
    expect(issued.tickets).toHaveLength(3);
    expect(await poolOf(event)).toEqual({ capacity: 10, sold: 3, revenue: 0 });
    const { sales } = await office.figures(event, manager);
    expect(sales).toEqual({ unitsSold: 3, revenue: { amount: 0 }, ordersCompleted: 1 });
    expect(await office.available(event)).toBe(7);
    const mine = await manager.data(MINE);
    expect(mine.myOrders.nodes).toEqual([]);
    expect(mine.myTickets.nodes[0].qr.payload).toMatch(/./);
    const sold = await office.buy(event, 1);
    await eventually(() => {
      expect(facts.find(({ aggregateId }) => aggregateId === issued.id)?.payload.channel).toBe(
        'COMPLIMENTARY',
      );
      const told = demand.filter(({ payload }) => payload.eventId === event.eventId);
      expect(told.map(({ type }) => type).sort()).toEqual(['HoldPlaced', 'UnitsSold']);
      expect(sold.order.tickets).toHaveLength(1);
    });
  });

  it('are issued by a repeat when the first request died with the last units in its hand', async () => {
    const event = await office.publish({}, 2);
    const owner = await office.owner(event);
    const request = guest(event, 2);
    const orders = office.service.app.get(OrdersRepository);
    jest.spyOn(orders, 'add').mockRejectedValueOnce(new Error('stopped here'));
    await owner.ask(COMPLIMENTARY, request);
    await (await office.buyer()).expect('SoldOut', HOLD, cart(event, 1));
    await owner.expect('Order', COMPLIMENTARY, request);
    expect(await poolOf(event)).toMatchObject({ sold: 2 });
  });

  it('are the same again under the same key, and refused for another request under it', async () => {
    const event = await office.publish();
    const owner = await office.owner(event);
    const request = guest(event, 2);
    const answers = await Promise.all([1, 2, 3].map(() => owner.expect('Order', COMPLIMENTARY, request)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    const { idempotencyKey } = request.input;
    for (const other of [guest(event, 1, { idempotencyKey }), guest(event, 2, { idempotencyKey, note: 'x' })])
      await owner.expect('IdempotencyKeyReused', COMPLIMENTARY, other);
    await owner.expect('IdempotencyKeyReused', SELL, sale(event, 2, { idempotencyKey }));
    expect(await office.available(event)).toBe(8);
    expect(await poolOf(event)).toMatchObject({ sold: 2 });
  });

  it('are taken back without money', async () => {
    const event = await office.publish();
    const owner = await office.owner(event);
    const { id, tickets } = await owner.expect('Order', COMPLIMENTARY, guest(event, 2));
    const one = { orderId: id, reason: 'Cannot come', ticketIds: [tickets[0].id] };
    await owner.expect('Order', REFUND, one);
    expect((await office.inState(owner, id, 'PARTIALLY_REFUNDED')).refunds).toEqual([]);
    expect(await poolOf(event)).toMatchObject({ sold: 1 });
    await owner.expect('Order', REFUND, { orderId: id, reason: 'Cannot come' });
    await office.inState(owner, id, 'REFUNDED');
    await eventually(async () => expect(await office.available(event)).toBe(10));
  });
});

describe('a sale at the door', () => {
  it('is of the current price, with how it was paid, and counts as revenue', async () => {
    const event = await office.publish();
    const cashier = await office.member(event, 'BOX_OFFICE');
    const sold = await cashier.expect(
      'Order',
      SELL,
      sale(event, 2, { paidBy: 'TERMINAL', note: 'Receipt 7' }),
    );
    expect(sold).toMatchObject({
      state: 'COMPLETED',
      channel: 'BOX_OFFICE',
      paidBy: 'TERMINAL',
      buyerName: 'Box office',
      remark: 'Receipt 7',
      total: { amount: 4_000 },
    });
    expect(sold.tickets).toHaveLength(2);
    expect(await poolOf(event)).toEqual({ capacity: 10, sold: 2, revenue: 4_000 });
  });

  it('is given back at the door: REFUNDED without a provider', async () => {
    const event = await office.publish();
    const manager = await office.member(event, 'MANAGER');
    const { id, tickets } = await manager.expect('Order', SELL, sale(event, 2));
    const one = { orderId: id, reason: 'Wrong evening', ticketIds: [tickets[1].id] };
    await manager.expect('Order', REFUND, one);
    expect((await office.inState(manager, id, 'PARTIALLY_REFUNDED')).refunds).toMatchObject([
      { status: 'PAID', amount: { amount: 2_000 } },
    ]);
    await manager.expect('Order', REFUND, { orderId: id, reason: 'Wrong evening' });
    const refunded = await office.inState(manager, id, 'REFUNDED');
    expect(refunded.refunds).toHaveLength(2);
    expect(await poolOf(event)).toEqual({ capacity: 10, sold: 0, revenue: 0 });
    await eventually(async () => expect(await office.available(event)).toBe(10));
  });

  it('is undone with its event', async () => {
    const event = await office.publish();
    const owner = await office.owner(event);
    const { id } = await owner.expect('Order', SELL, sale(event, 1));
    await office.change(event, { status: 'CANCELLED' });
    const refunded = await office.inState(owner, id, 'REFUNDED');
    expect(refunded.tickets[0].status).toBe('VOID');
    await owner.expect('SalesClosed', SELL, sale(event, 1));
  });
});

describe('the desk', () => {
  it('is for members whose role allows it', async () => {
    const event = await office.publish();
    const [cashier, scanner] = [
      await office.member(event, 'BOX_OFFICE'),
      await office.member(event, 'SCANNER'),
    ];
    await cashier.expect('NotPermitted', COMPLIMENTARY, guest(event, 1));
    for (const nobody of [scanner, await office.buyer(), await office.owner(await office.publish())]) {
      await nobody.expect('NotPermitted', COMPLIMENTARY, guest(event, 1));
      await nobody.expect('NotPermitted', SELL, sale(event, 1));
    }
    await office.graph.expect('NotSignedIn', SELL, sale(event, 1));
    expect(await office.available(event)).toBe(10);
  });

  it('takes nothing when its input is wrong, units are missing or the price is another', async () => {
    const event = await office.publish({}, 3);
    const owner = await office.owner(event);
    const wrong: [string, string, { input: any }][] = [
      ['lines.0.quantity', COMPLIMENTARY, guest(event, 0)],
      ['lines.0.quantity', SELL, sale(event, -1)],
      ['lines.0.quantity', SELL, sale(event, 2_000_000_000)],
      ['holderName', COMPLIMENTARY, guest(event, 1, { holderName: ' ' })],
      ['holderEmail', COMPLIMENTARY, guest(event, 1, { holderEmail: 'nobody' })],
      ['idempotencyKey', SELL, sale(event, 1, { idempotencyKey: 'short' })],
      ['note', SELL, sale(event, 1, { note: 'x'.repeat(201) })],
      ['lines', SELL, { input: { ...sale(event, 1).input, lines: [] } }],
    ];
    for (const [field, document, variables] of wrong)
      expect((await owner.expect('InvalidInput', document, variables)).field).toBe(field);
    const [ticketType] = event.ticketTypes;
    const wanted = { ticketTypeId: ticketType?.ticketTypeId, quantity: 1 };
    const twice = { input: { ...sale(event, 1).input, lines: [wanted, wanted] } };
    expect((await owner.expect('InvalidInput', SELL, twice)).field).toBe('lines');
    const unknown = { ...wanted, ticketTypeId: randomIds.uuid() };
    await owner.expect('NotFound', SELL, { input: { ...sale(event, 1).input, lines: [unknown] } });
    await owner.expect('NotFound', SELL, { input: { ...sale(event, 1).input, eventId: 'NOTHING000' } });
    expect(await owner.expect('LimitExceeded', COMPLIMENTARY, guest(event, 5))).toMatchObject({
      limit: 'maxPerOrder',
      max: 4,
    });
    expect(await owner.expect('SoldOut', COMPLIMENTARY, guest(event, 4))).toMatchObject({ available: 3 });
    const [tooLittle, foreign] = [
      { amount: 1_999, currency: 'EUR' },
      { amount: 2_000, currency: 'USD' },
    ];
    await owner.expect('PriceChanged', SELL, sale(event, 1, { maxTotal: tooLittle }));
    await owner.expect('InvalidInput', SELL, sale(event, 1, { maxTotal: foreign }));
    expect(await office.available(event)).toBe(3);
    const sold = await owner.expect('Order', SELL, sale(event, 3));
    expect((await owner.data(ORDER, { id: sold.id })).order.paidBy).toBe('CASH');
  });
});
