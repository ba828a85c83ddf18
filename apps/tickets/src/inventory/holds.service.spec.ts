import { setTimeout as sleep } from 'node:timers/promises';
import { ticketsDemand } from '#contracts';
import { randomIds } from '#kernel';
import { PAGE_MAX_AGE_MS } from '#persistence';
import { eventually } from '#testing';
import { BoxOffice, cart, HOLD, PLACE, RELEASE } from '../../test/box-office.ts';

let office: BoxOffice;

beforeAll(async () => {
  office = await BoxOffice.open();
});

afterAll(() => office?.close());

describe('a hold', () => {
  it('takes units at a frozen price, and gives them back when it is released', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    const hold = await office.hold(client, event, 3);
    expect(hold).toMatchObject({ status: 'HELD', total: { amount: 6_000, currency: 'EUR' } });
    expect((await office.figures(event)).availability).toEqual({
      status: 'ON_SALE',
      available: 7,
      capacity: 10,
    });
    expect((await client.expect('Hold', RELEASE, { id: hold.id })).status).toBe('RELEASED');
    expect(await office.available(event)).toBe(10);
    expect((await client.expect('Hold', RELEASE, { id: hold.id })).status).toBe('RELEASED');
    expect(await office.available(event)).toBe(10);
  });

  it('expires by itself', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    const hold = await office.hold(client, event, 3);
    await eventually(async () => expect(await office.available(event)).toBe(10), 5_000);
    const input = { holdId: hold.id, idempotencyKey: randomIds.uuid() };
    await client.expect('HoldExpired', PLACE, { input });
  });

  it('never exceeds what there is, however many ask at once', async () => {
    const event = await office.publish({}, 20);
    const clients = await Promise.all(Array.from({ length: 60 }, () => office.buyer()));
    const answers = await Promise.all(clients.map((client) => client.data(HOLD, cart(event, 1))));
    const types = answers.map(({ holdTickets }) => holdTickets.__typename);
    expect(types.filter((type) => type === 'Hold')).toHaveLength(20);
    expect(types.filter((type) => type === 'SoldOut')).toHaveLength(40);
    expect((await office.figures(event)).availability).toEqual({
      status: 'SOLD_OUT',
      available: 0,
      capacity: 20,
    });
  });

  it('is refused with a reason and changes nothing', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    expect(await client.expect('LimitExceeded', HOLD, cart(event, 5))).toMatchObject({
      limit: 'maxPerOrder',
      max: 4,
    });
    expect(
      await client.expect(
        'PriceChanged',
        HOLD,
        cart(event, 2, { maxTotal: { amount: 3_999, currency: 'EUR' } }),
      ),
    ).toMatchObject({
      newTotal: { amount: 4_000, formatted: 'EUR 40.00' },
    });
    expect(await client.expect('InvalidInput', HOLD, cart(event, 0))).toMatchObject({
      field: 'lines.0.quantity',
    });
    expect(await client.expect('InvalidInput', HOLD, cart(event, -1))).toMatchObject({
      field: 'lines.0.quantity',
    });
    await client.expect('NotFound', HOLD, cart({ ...event, eventId: randomIds.eventId() }, 1));
    await client.expect(
      'NotFound',
      HOLD,
      cart({ ...event, ticketTypes: [{ ...event.ticketTypes[0]!, ticketTypeId: 'x' }] }, 1),
    );
    await office.graph.expect('NotSignedIn', HOLD, cart(event, 1));
    const early = await office.publish({ salesStartAt: '2027-05-01T00:00:00.000Z' });
    expect(await client.expect('SalesClosed', HOLD, cart(early, 1))).toMatchObject({
      message: expect.stringContaining('on sale from 2027-05-01T00:00:00.000Z to '),
    });
    expect(await office.available(event)).toBe(10);
  });

  it('counts against the limit of its account, over several holds', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    await office.hold(client, event, 4);
    await office.hold(client, event, 2);
    expect(await client.expect('LimitExceeded', HOLD, cart(event, 1))).toMatchObject({
      limit: 'maxPerAccount',
      max: 6,
    });
  });

  it('honours the limits and the sale windows of each ticket type, and names it', async () => {
    const event = await office.publish({ maxPerAccount: 10 });
    const [standing] = event.ticketTypes;
    const limited = { ...standing!, ticketTypeId: randomIds.uuid(), maxPerAccount: 2 };
    const early = {
      ...standing!,
      ticketTypeId: randomIds.uuid(),
      salesStartAt: '2029-01-01T00:00:00.000Z',
    };
    const { event: changed } = await office.change(event, { ticketTypes: [standing!, limited, early] });
    await eventually(async () => expect((await office.figures(event)).availability.capacity).toBe(30));
    const of = (ticketType: typeof standing) => ({ ...changed, ticketTypes: [ticketType!] });
    const client = await office.buyer();
    expect(await client.expect('SalesClosed', HOLD, cart(of(early), 1))).toMatchObject({
      ticketTypeId: early.ticketTypeId,
    });
    expect(await client.expect('LimitExceeded', HOLD, cart(of(limited), 3))).toMatchObject({
      limit: 'maxPerAccount',
      max: 2,
      ticketTypeId: limited.ticketTypeId,
    });
    const first = await office.hold(client, of(limited), 2);
    await client.expect('LimitExceeded', HOLD, cart(of(limited), 1));
    await office.hold(client, event, 4);
    await client.expect('Hold', RELEASE, { id: first.id });
    const { order } = await office.place(client, (await office.hold(client, of(limited), 2)).id);
    await office.payment(order, 'PaymentAuthorized');
    await office.inState(client, order.id, 'CONFIRMED');
    await client.expect('LimitExceeded', HOLD, cart(of(limited), 1));
  });

  it('that slipped through a limit is not claimed, and nothing is charged', async () => {
    const event = await office.publish({ maxPerAccount: 10 });
    const [standing] = event.ticketTypes;
    const client = await office.buyer();
    const held = await office.hold(client, event, 3);
    await office.change(event, { ticketTypes: [{ ...standing!, maxPerAccount: 2 }] });
    await eventually(async () => {
      const copy = await office.service.db.collection('events').findOne({ _id: event.eventId as never });
      expect(copy?.['version']).toBe(2);
    });
    // Until nobody goes by the terms of a moment ago.
    await sleep(PAGE_MAX_AGE_MS);
    const { order } = await office.place(client, held.id);
    await office.payment(order, 'PaymentAuthorized');
    expect((await office.inState(client, order.id, 'CANCELLED')).reason).toBe('LIMIT_EXCEEDED');
  });

  it('tells pricing of the demand', async () => {
    const facts = await office.line.collect(ticketsDemand);
    const event = await office.publish({}, 2);
    const client = await office.buyer();
    const hold = await office.hold(client, event, 2);
    await (await office.buyer()).expect('SoldOut', HOLD, cart(event, 1));
    await client.expect('Hold', RELEASE, { id: hold.id });
    await eventually(() => {
      const mine = facts.filter(({ payload }) => payload.eventId === event.eventId).map(({ type }) => type);
      expect(new Set(mine)).toEqual(new Set(['HoldPlaced', 'HoldReleased', 'DemandRefused']));
    });
  });
});
