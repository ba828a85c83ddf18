import { randomBytes } from 'node:crypto';
import { randomIds } from '#kernel';
import { VISITOR_TOKEN_MS } from '#security';
import { eventually } from '#testing';
import { BoxOffice, cart, EXTEND, HOLD, PLACE, RELEASE } from '../../test/box-office.ts';
import { VisitorClient } from '../../test/visitor.ts';

const SHOW = 'query ($id: ID!) { hold(id: $id) { id status canBeExtended } }';

let office: BoxOffice;

beforeAll(async () => {
  office = await BoxOffice.open();
});

afterAll(() => office?.close());

const visitorFrom = (ip: string) => VisitorClient.from(office.graph, ip);
const order = (holdId: string) => ({ input: { holdId, idempotencyKey: randomIds.uuid() } });

describe('a visitor who is not signed in', () => {
  it('may hold once at a time, and sees, extends and releases that hold alone', async () => {
    const event = await office.publish();
    const [visitor, other] = [visitorFrom('192.0.2.1'), visitorFrom('192.0.2.1')];
    const hold = await office.hold(visitor, event, 2);
    expect(await visitor.expect('LimitExceeded', HOLD, cart(event, 1))).toMatchObject({
      limit: 'holdsPerVisitor',
      max: 1,
    });
    expect((await visitor.data(SHOW, { id: hold.id })).hold).toMatchObject({ canBeExtended: true });
    const strangers = [
      [other, 'NotFound'],
      [await office.buyer(), 'NotFound'],
      [office.graph, 'NotSignedIn'],
    ] as const;
    for (const [stranger, refusal] of strangers) {
      expect((await stranger.data(SHOW, { id: hold.id })).hold).toBeNull();
      await stranger.expect(refusal, RELEASE, { id: hold.id });
      await stranger.expect(refusal, EXTEND, { id: hold.id });
    }
    expect(await office.available(event)).toBe(8);
    expect((await visitor.expect('Hold', EXTEND, { id: hold.id })).canBeExtended).toBe(false);
    await visitor.expect('Hold', RELEASE, { id: hold.id });
    expect(await office.available(event)).toBe(10);
    await office.hold(visitor, event, 1);
  });

  it('shares a limit with others from the same address, until holds end', async () => {
    const event = await office.publish({}, 40);
    const all = Array.from({ length: 24 }, () => visitorFrom('198.51.100.7'));
    const answers = await Promise.all(all.map((visitor) => visitor.data(HOLD, cart(event, 1))));
    const refused = answers.filter(({ holdTickets }) => holdTickets.__typename === 'LimitExceeded');
    expect(refused).toHaveLength(4);
    expect(refused[0].holdTickets).toMatchObject({ limit: 'holdsPerAddress', max: 20 });
    await office.hold(visitorFrom('198.51.100.8'), event, 1);
    await office.hold(await office.buyer(), event, 1);
    await eventually(() => office.hold(visitorFrom('198.51.100.7'), event, 1), 5_000);
  });

  it('orders after signing in: the hold is the account’s then, within its limits', async () => {
    const event = await office.publish({ maxPerAccount: 4 });
    const visitor = visitorFrom('192.0.2.2');
    const hold = await office.hold(visitor, event, 3);
    await visitor.expect('NotSignedIn', PLACE, order(hold.id));
    const token = await office.strangerToken();
    const full = office.graph.as(token);
    const own = await office.hold(full, event, 2);
    const both = visitor.as(token);
    await both.expect('LimitExceeded', PLACE, order(hold.id));
    await full.expect('Hold', RELEASE, { id: own.id });
    const wish = order(hold.id);
    const placed = await both.expect('PlacedOrder', PLACE, wish);
    expect((await both.expect('PlacedOrder', PLACE, wish)).order.id).toBe(placed.order.id);
    await office.payment(placed.order, 'PaymentAuthorized');
    await office.inState(full, placed.order.id, 'CONFIRMED');
    await office.hold(visitor, event, 1);
    await full.expect('LimitExceeded', HOLD, cart(event, 2));
    expect(await office.available(event)).toBe(10 - 3 - 1);
  });

  it('is nobody with a token of another gateway, or of yesterday', async () => {
    const event = await office.publish();
    const forged = VisitorClient.from(office.graph, '192.0.2.3', randomBytes(32));
    const old = VisitorClient.from(
      office.graph,
      '192.0.2.3',
      undefined,
      new Date(Date.now() - VISITOR_TOKEN_MS),
    );
    for (const client of [forged, old]) await client.expect('NotSignedIn', HOLD, cart(event, 1));
  });

  it('keeps its hold and its address its count when the stock is built anew', async () => {
    const event = await office.publish();
    const visitor = visitorFrom('192.0.2.4');
    const hold = await office.hold(visitor, event, 1);
    await office.change(event, { name: 'A longer concert' });
    await eventually(async () => {
      const copy = await office.service.db.collection('events').findOne({ _id: event.eventId as never });
      expect(copy?.['version']).toBe(2);
    });
    await visitor.expect('LimitExceeded', HOLD, cart(event, 1));
    await visitor.expect('Hold', RELEASE, { id: hold.id });
    expect(await office.available(event)).toBe(10);
    await office.hold(visitor, event, 1);
  });
});

describe('more time for a hold', () => {
  it('is given once, and no more', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    const hold = await office.hold(client, event, 1);
    const extended = await client.expect('Hold', EXTEND, { id: hold.id });
    expect(Date.parse(extended.expiresAt) - Date.parse(hold.expiresAt)).toBe(2_000);
    const again = await Promise.all(
      [1, 2].map(() => client.expect('AlreadyExtended', EXTEND, { id: hold.id })),
    );
    for (const { expiresAt } of again) expect(expiresAt).toBe(extended.expiresAt);
    // Past the time that it had at first.
    await new Promise((resolve) => setTimeout(resolve, Date.parse(hold.expiresAt) - Date.now() + 200));
    expect(await office.available(event)).toBe(9);
    await eventually(async () => expect(await office.available(event)).toBe(10), 5_000);
    expect(await client.expect('WrongState', EXTEND, { id: hold.id })).toMatchObject({
      currentState: 'EXPIRED',
    });
  });

  it('is not given to a hold that has ended', async () => {
    const event = await office.publish();
    const client = await office.buyer();
    const [released, ordered] = [await office.hold(client, event, 1), await office.hold(client, event, 1)];
    await client.expect('Hold', RELEASE, { id: released.id });
    await office.place(client, ordered.id);
    const states = await Promise.all(
      [released, ordered].map(({ id }) => client.expect('WrongState', EXTEND, { id })),
    );
    expect(states.map(({ currentState }) => currentState)).toEqual(['RELEASED', 'ORDERED']);
  });
});
