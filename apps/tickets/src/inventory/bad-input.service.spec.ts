import { randomIds } from '#kernel';
import type { PublishedEvent } from '#contracts';
import { eventually, type GraphClient } from '#testing';
import { BoxOffice, cart, EXTEND, HOLD, RELEASE } from '../../test/box-office.ts';

let office: BoxOffice;
let event: PublishedEvent;
let client: GraphClient;

beforeAll(async () => {
  office = await BoxOffice.open(60);
  event = await office.publish();
  client = await office.buyer();
});

afterAll(() => office?.close());
afterEach(async () => expect(await office.available(event)).toBe(10));

const lines = (...quantities: unknown[]) =>
  quantities.map((quantity) => ({ ticketTypeId: event.ticketTypes[0]!.ticketTypeId, quantity }));
const ask = (input: object) => ({ input: { eventId: event.eventId, ...input } });

describe('a cart that cannot be meant', () => {
  it.each([
    ['nothing of a ticket type', 'lines.0.quantity', () => lines(0)],
    ['less than nothing', 'lines.0.quantity', () => lines(-1)],
    ['more than any order may have', 'lines.0.quantity', () => lines(101)],
    ['as many as an integer holds', 'lines.0.quantity', () => lines(2 ** 31 - 1)],
    ['the same ticket type twice', 'lines', () => lines(1, 1)],
    ['no lines', 'lines', () => []],
    ['a ticket type without a name', 'lines.0.ticketTypeId', () => [{ ticketTypeId: '', quantity: 1 }]],
    [
      'eleven ticket types',
      'lines',
      () => Array.from({ length: 11 }, (_, i) => ({ ticketTypeId: `${i}`, quantity: 1 })),
    ],
  ])('%s is refused, and the field is named', async (_, field, given) => {
    expect(await client.expect('InvalidInput', HOLD, ask({ lines: given() }))).toMatchObject({ field });
  });

  it.each([
    ['another currency', 'maxTotal.currency', { amount: 999_999, currency: 'USD' }],
    ['no currency', 'maxTotal.currency', { amount: 999_999, currency: 'EURO' }],
    ['a negative sum', 'maxTotal.amount', { amount: -1, currency: 'EUR' }],
    ['more money than there is', 'maxTotal.amount', { amount: Number.MAX_SAFE_INTEGER, currency: 'EUR' }],
  ])('a most of %s is refused', async (_, field, maxTotal) => {
    const refused = await client.expect('InvalidInput', HOLD, cart(event, 1, { maxTotal }));
    expect(refused).toMatchObject({ field });
  });

  it.each([1.5, '1', 2 ** 31])('a quantity of %p is no request of this graph', async (quantity) => {
    const { errors } = await client.ask(HOLD, ask({ lines: lines(quantity) }));
    expect(errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
  });

  it('a line needs a quantity or seats', async () => {
    const refused = await client.expect('InvalidInput', HOLD, ask({ lines: lines(null) }));
    expect(refused.field).toBe('lines.0.quantity');
  });

  it('an unknown event or ticket type is not found', async () => {
    for (const eventId of [randomIds.eventId(), 'x', '{event:1}:sale'])
      await client.expect('NotFound', HOLD, { input: { eventId, lines: lines(1) } });
    const unknown = [...lines(1), { ticketTypeId: randomIds.uuid(), quantity: 1 }];
    await client.expect('NotFound', HOLD, ask({ lines: unknown }));
  });
});

it('a ticket type that was removed before the sale began is not found, also while it is held in an old cart', async () => {
  const [kept] = event.ticketTypes;
  const gone = { ...kept!, ticketTypeId: randomIds.uuid() };
  const both = await office.publish({ ticketTypes: [kept!, gone].map((one) => ({ ...one })) }, 20);
  const wanted = { eventId: both.eventId, lines: [{ ticketTypeId: gone.ticketTypeId, quantity: 1 }] };
  const old = await (await office.buyer()).expect('Hold', HOLD, { input: wanted });
  expect(old.status).toBe('HELD');
  await office.change(both, { ticketTypes: [kept!] });
  await eventually(() => client.expect('NotFound', HOLD, { input: wanted }));
  await eventually(async () => {
    const { availability } = await office.figures(both);
    expect(availability).toEqual({ status: 'ON_SALE', available: 10, capacity: 10 });
  });
});

describe('somebody else’s hold', () => {
  it('is neither released nor extended nor told of', async () => {
    const holder = await office.buyer();
    const hold = await office.hold(holder, event, 2);
    await client.expect('NotFound', RELEASE, { id: hold.id });
    await client.expect('NotFound', EXTEND, { id: hold.id });
    expect((await client.data('query ($id: ID!) { hold(id: $id) { id } }', { id: hold.id })).hold).toBeNull();
    expect(await office.available(event)).toBe(8);
    await holder.expect('Hold', RELEASE, { id: hold.id });
  });
});

it('an id that no hold has, or can have, is not found', async () => {
  for (const id of ['', 'x', `${event.eventId}.${randomIds.uuid()}`, 'x'.repeat(10_000)])
    for (const command of [RELEASE, EXTEND]) await client.expect('NotFound', command, { id });
});
