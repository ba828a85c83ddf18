import { setTimeout as sleep } from 'node:timers/promises';
import { randomIds } from '#kernel';
import * as documents from './support/documents.ts';
import {
  cart,
  fixedPrice,
  GOOD_CARD,
  logOf,
  type OnSale,
  type Person,
  place,
  publicGraph,
  putOnSale,
  signUp,
} from './support/house.ts';

const LOGGED_WITHIN_MS = 300;

let organizer: Person;
let buyer: Person;
let event: OnSale;

beforeAll(async () => {
  [organizer, buyer] = [await signUp('ORGANIZER'), await signUp()];
  event = await putOnSale(organizer, [fixedPrice('Stalls', 4_500, 100)]);
});

describe('input beyond its limits names its field', () => {
  it.each([
    [0, 'lines.0.quantity'],
    [-1, 'lines.0.quantity'],
    [2_000_000_000, 'lines.0.quantity'],
  ])('a quantity of %d', async (quantity, field) => {
    expect(await buyer.graph.expect('InvalidInput', documents.HOLD, cart(event, quantity))).toMatchObject({
      field,
    });
  });

  it('no lines at all, and too many', async () => {
    const lines = (n: number) =>
      Array.from({ length: n }, () => ({ ticketTypeId: randomIds.uuid(), quantity: 1 }));
    for (const n of [0, 11]) {
      const failure = await buyer.graph.expect('InvalidInput', documents.HOLD, {
        input: { eventId: event.id, lines: lines(n) },
      });
      expect(failure.field).toBe('lines');
    }
  });

  it.each([
    ['endsAt', { endsAt: '2020-01-01T00:00:00Z' }],
    ['name', { name: '' }],
    ['ticketTypes.0.basePrice.amount', { ticketTypes: [fixedPrice('Stalls', -1, 10)] }],
    [
      'ticketTypes.0.basePrice.currency',
      { ticketTypes: [{ ...fixedPrice('Stalls', 1, 10), basePrice: { amount: 1, currency: 'XXL' } }] },
    ],
    ['ticketTypes.0.capacity', { ticketTypes: [fixedPrice('Stalls', 1, 0)] }],
    ['timeZone', { timeZone: 'Middle/Earth' }],
  ])('an event with a bad %s', async (field, change) => {
    const input = {
      organizationId: organizer.organizationId,
      name: 'An evening',
      mode: 'ONLINE',
      timeZone: 'Europe/Paris',
      startsAt: '2030-01-01T18:00:00Z',
      endsAt: '2030-01-01T22:00:00Z',
      ...change,
    };
    const failure = await organizer.graph.expect('InvalidInput', documents.CREATE_EVENT, { input });
    expect(failure.field).toBe(field);
  });

  it.each([
    ['first', { first: 0 }],
    ['after', { after: 'made up' }],
  ])('of a page of a list: %s', async (field, page) => {
    const { errors } = await buyer.graph.ask(
      'query ($first: Int, $after: String) { myOrders(first: $first, after: $after) { nodes { id } } }',
      page,
    );
    expect(errors?.[0]?.extensions).toEqual({ code: 'INVALID_INPUT', field });
  });

  it('a payment token that is not ours, and a method that does not exist', async () => {
    const forged = { paymentToken: 'tp1.e30.AAAA', method: GOOD_CARD };
    expect(await buyer.graph.expect('InvalidInput', documents.PAY, { input: forged })).toMatchObject({
      field: 'paymentToken',
    });
    const hold = await buyer.graph.expect('Hold', documents.HOLD, cart(event, 1));
    const { paymentToken } = await place(buyer, hold.id);
    const failure = await buyer.graph.expect('InvalidInput', documents.PAY, {
      input: { paymentToken, method: '1234' },
    });
    expect(failure.field).toBe('method');
  });
});

describe('a command that does not fit', () => {
  it('is answered with its reason, and changes nothing', async () => {
    await publicGraph.expect('NotSignedIn', documents.PLACE_ORDER, {
      input: { holdId: 'nobody knows', idempotencyKey: 'a key of mine' },
    });
    await buyer.graph.expect('NotFound', documents.HOLD, cart({ ...event, id: '0000000000' }, 1));
    await buyer.graph.expect('LimitExceeded', documents.HOLD, cart(event, 7));
    const tooLittle = cart(event, 1, { maxTotal: { amount: 1, currency: 'EUR' } });
    expect(await buyer.graph.expect('PriceChanged', documents.HOLD, tooLittle)).toMatchObject({
      newTotal: { amount: 4_500, formatted: 'EUR 45.00' },
    });
    await buyer.graph.expect('NotFound', documents.PLACE_ORDER, {
      input: { holdId: 'no-hold', idempotencyKey: randomIds.uuid() },
    });
    await buyer.graph.expect('NotPermitted', documents.CREATE_EVENT, {
      input: {
        organizationId: organizer.organizationId,
        name: 'Not mine',
        mode: 'ONLINE',
        timeZone: 'UTC',
        startsAt: '2030-01-01T18:00:00Z',
        endsAt: '2030-01-01T22:00:00Z',
      },
    });
  });

  it('under a key that was used for another hold is refused, and the first order stays', async () => {
    const first = await buyer.graph.expect('Hold', documents.HOLD, cart(event, 1));
    const second = await buyer.graph.expect('Hold', documents.HOLD, cart(event, 1));
    const idempotencyKey = randomIds.uuid();
    const placed = await place(buyer, first.id, idempotencyKey);
    await buyer.graph.expect('IdempotencyKeyReused', documents.PLACE_ORDER, {
      input: { holdId: second.id, idempotencyKey },
    });
    expect((await place(buyer, first.id, idempotencyKey)).order.id).toBe(placed.order.id);
  });

  it('by somebody else with a payment token is refused', async () => {
    const hold = await buyer.graph.expect('Hold', documents.HOLD, cart(event, 1));
    const { paymentToken } = await place(buyer, hold.id);
    await organizer.graph.expect('NotPermitted', documents.PAY, {
      input: { paymentToken, method: GOOD_CARD },
    });
  });
});

describe('a question that is not for who asks', () => {
  it('is refused with its reason, and is no error in the log', async () => {
    const { errors, headers } = await publicGraph.ask(documents.MY_ORDERS);
    expect(errors?.[0]?.extensions).toEqual({ code: 'NOT_SIGNED_IN' });
    const correlationId = headers.get('x-correlation-id') ?? 'none';
    // It would have been written before the answer, but by another process.
    await sleep(LOGGED_WITHIN_MS);
    const lines = logOf('tickets').split('\n');
    const told = lines.filter((line) => line.includes(correlationId) && line.includes('"level":"error"'));
    expect(told).toEqual([]);
  });
});

describe('a hostile document', () => {
  it.each([
    ['too deep', `{ event(id: "x") { ${'ticketTypes { event { '.repeat(8)} id ${'} }'.repeat(8)} } }`],
    [
      'too many aliases',
      `{ ${Array.from({ length: 40 }, (_, i) => `a${i}: currentUser { id }`).join(' ')} }`,
    ],
    ['no GraphQL', '{ event('],
  ])('that is %s is refused before it runs', async (_, document) => {
    const answer = await publicGraph.ask(document);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1:|node_modules|stacktrace/);
  });
});
