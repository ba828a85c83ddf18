import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, GraphStream, type OpenSubscription } from '#testing';
import { CannedHouse } from './canned-house.ts';
import { RunningGateway } from './running-gateway.ts';

const SIMPLE = 'subscription ($id: ID!) { eventActivity(eventId: $id) { id } }';

/** Fields of four services, under other names, through fragments, some of them only if asked for. */
const JOINED = `
subscription Watch($id: ID!, $withDoor: Boolean! = false) {
  what: eventActivity(eventId: $id) {
    kind: __typename
    ...Where
    ... on UnitsSold { units order { payment { state } } }
    ... on PriceMoved { ticketType { label: name price { current { formatted } } } }
  }
}
fragment Where on EventActivity {
  at: event { title: name attendance @include(if: $withDoor) { admitted } }
}`;

const sold = (id: string, event = 'E7') => ({
  eventActivity: {
    __typename: 'UnitsSold',
    id,
    seq: Number.parseInt(id, 10) || 1,
    occurredAt: '2027-01-01T12:00:00.000Z',
    event: { id: event },
    order: { id: 'O5' },
    units: 2,
  },
});
const moved = (id: string) => ({
  eventActivity: {
    __typename: 'PriceMoved',
    id,
    seq: Number.parseInt(id, 10) || 1,
    occurredAt: '2027-01-01T12:00:00.000Z',
    event: { id: 'E7' },
    ticketType: { id: 'T3' },
  },
});

let house: CannedHouse;
let gateway: RunningGateway;
let endpoint: string;
let token: string;
let stream: GraphStream;

beforeAll(async () => {
  house = await CannedHouse.start();
  gateway = await RunningGateway.start(house);
  endpoint = `${gateway.url}/graphql`;
  token = await house.authority.token({ userId: 'U1' });
});
afterAll(async () => {
  await gateway?.close();
  await house?.stop();
});
beforeEach(() => {
  house.forget();
  stream = new GraphStream(endpoint, token);
});
afterEach(async () => {
  stream.terminate();
  await eventually(() => expect(house.activity.subscribed).toBe(0));
});

/** Waits until the subscriptions have reached the service that owns the field. */
const reached = (count = 1) => eventually(() => expect(house.activity.subscribed).toBe(count));
const received = (subscription: OpenSubscription, count: number) =>
  eventually(() => expect(subscription.answers).toHaveLength(count));

function expectNoInternals(answer: unknown): void {
  const text = JSON.stringify(answer);
  for (const address of house.addresses) expect(text).not.toContain(address);
  expect(text).not.toMatch(/stack|ECONN|secret|serviceName/i);
}

describe('what an event carries', () => {
  it('is joined from the services, with aliases, fragments and conditions as in a query', async () => {
    const subscription = stream.subscribe(JOINED, { id: 'E7', withDoor: true });
    await reached();
    house.activity.push(sold('1'));
    house.activity.push(moved('2'));
    await received(subscription, 2);
    expect(subscription.answers).toEqual([
      {
        data: {
          what: {
            kind: 'UnitsSold',
            at: { title: 'Event 7', attendance: { admitted: 7 } },
            units: 2,
            order: { payment: { state: 'CAPTURED' } },
          },
        },
      },
      {
        data: {
          what: {
            kind: 'PriceMoved',
            at: { title: 'Event 7', attendance: { admitted: 7 } },
            ticketType: { label: 'Type 3', price: { current: { formatted: 'EUR 3.00' } } },
          },
        },
      },
    ]);
  });

  it('leaves out what a condition excludes, and asks nobody for it', async () => {
    const subscription = stream.subscribe(JOINED, { id: 'E7' });
    await reached();
    house.activity.push(sold('1'));
    await received(subscription, 1);
    expect(subscription.answers[0]!.data.what.at).toEqual({ title: 'Event 7' });
    expect(house.checkin.requests).toHaveLength(0);
  });

  it('keeps the order of events, however long the joins take', async () => {
    const subscription = stream.subscribe(
      'subscription ($id: ID!) { eventActivity(eventId: $id) { id event { name } } }',
      { id: 'E7' },
    );
    await reached();
    const ids = Array.from({ length: 40 }, (_, i) => `${i}`);
    for (const id of ids) house.activity.push(sold(id, `E${1 + (Number(id) % 5)}`));
    await received(subscription, 40);
    expect(subscription.answers.map(({ data }) => data.eventActivity.id)).toEqual(ids);
  });

  it('is null where a service fails, with an error in its place, and the stream goes on', async () => {
    const subscription = stream.subscribe(JOINED, { id: 'E7', withDoor: true });
    await reached();
    house.checkin.misbehaviour = (response) => void response.writeHead(500).end('no');
    house.activity.push(sold('1'));
    await received(subscription, 1);
    expect(subscription.answers[0]).toMatchObject({
      data: { what: { kind: 'UnitsSold', at: { title: 'Event 7', attendance: null } } },
      errors: [{ path: ['what', 'at'], extensions: { code: 'UNAVAILABLE' } }],
    });
    expectNoInternals(subscription.answers);
    house.checkin.misbehaviour = undefined;
    house.activity.push(sold('2'));
    await received(subscription, 2);
    expect(subscription.answers[1]!.errors).toBeUndefined();
  });
});

describe('who may listen', () => {
  it('passes the token on to the service and to every join', async () => {
    const subscription = stream.subscribe(JOINED, { id: 'E7' });
    await reached();
    expect(house.tickets.connectionParams).toEqual([{ authorization: `Bearer ${token}` }]);
    house.activity.push(sold('1'));
    await received(subscription, 1);
    const [join] = house.events.requests;
    expect(join!.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      'x-correlation-id': expect.any(String),
    });
  });

  it('lets the service decide about anonymous clients', async () => {
    const anonymous = new GraphStream(endpoint);
    anonymous.subscribe(SIMPLE, { id: 'E7' });
    await reached();
    expect(house.tickets.connectionParams).toEqual([{}]);
    anonymous.terminate();
  });

  it('closes the connection of a worthless token with 4403 and the reason', async () => {
    const subscription = new GraphStream(endpoint, 'a.b.c').subscribe(SIMPLE, { id: 'E7' });
    const ending = await eventually(
      () => expect(subscription.ending()).toBeDefined() ?? subscription.ending(),
    );
    expect(ending).toMatchObject({ code: 4403, reason: expect.stringContaining('sign in again') });
    expect(house.tickets.connectionParams).toEqual([]);
  });

  it("passes on a service's refusal, and nothing but its message and code", async () => {
    const subscription = stream.subscribe(SIMPLE, { id: 'E0' });
    await eventually(() => expect(subscription.ending()).toBe('complete'));
    expect(subscription.answers).toMatchObject([
      { errors: [{ message: 'Only for members.', extensions: { code: 'FORBIDDEN' } }] },
    ]);
    expectNoInternals(subscription.answers);
  });
});

describe('how a stream ends', () => {
  it('with the service: completed', async () => {
    const subscription = stream.subscribe(SIMPLE, { id: 'E7' });
    await reached();
    house.activity.push(sold('1'));
    house.activity.complete();
    await eventually(() => expect(subscription.ending()).toBe('complete'));
    expect(subscription.answers).toHaveLength(1);
  });

  it('with the client: who unsubscribes is unsubscribed at the service, and the others stay', async () => {
    const leaving = stream.subscribe(SIMPLE, { id: 'E7' });
    const staying = stream.subscribe(SIMPLE, { id: 'E7' });
    await reached(2);
    leaving.stop();
    await reached(1);
    house.activity.push(sold('1'));
    await received(staying, 1);
    expect(leaving.answers).toHaveLength(0);
  });

  it('with the connection: a client that is gone leaves nothing open at the service', async () => {
    stream.subscribe(SIMPLE, { id: 'E7' });
    stream.subscribe(JOINED, { id: 'E7' });
    await reached(2);
    expect(house.tickets.openConnections).toBe(1);
    stream.terminate();
    await reached(0);
    await eventually(() => expect(house.tickets.openConnections).toBe(0));
  });

  it('not with a restart of the service: the subscription is opened there again', async () => {
    const subscription = stream.subscribe(SIMPLE, { id: 'E7' });
    await reached();
    await house.tickets.stop();
    await eventually(() => expect(house.activity.subscribed).toBe(0));
    await house.tickets.start();
    await reached();
    house.activity.push(sold('after'));
    await received(subscription, 1);
    expect(subscription.ending()).toBeUndefined();
  });
});

describe('a log', () => {
  it('is resumed from where the client says', async () => {
    const subscription = stream.subscribe(SIMPLE, { id: 'E7' }, { resume: 41 });
    await reached();
    expect(house.tickets.subscribedWith).toEqual([{ resume: 41 }]);
    house.activity.push(sold('42'));
    await received(subscription, 1);
    expect(subscription.answers).toEqual([{ data: { eventActivity: { id: '42' } } }]);
  });

  it('goes on where it was after a restart of the service, whatever the client asks to see of it', async () => {
    const subscription = stream.subscribe(JOINED, { id: 'E7' });
    await reached();
    expect(house.tickets.subscribedWith).toEqual([undefined]);
    for (const id of ['7', '8']) house.activity.push(sold(id));
    await received(subscription, 2);
    await house.tickets.stop();
    await eventually(() => expect(house.activity.subscribed).toBe(0));
    await house.tickets.start();
    await reached();
    expect(house.tickets.subscribedWith).toEqual([undefined, { resume: 8 }]);
    house.activity.push(sold('9'));
    await received(subscription, 3);
    expect(JSON.stringify(subscription.answers)).not.toContain('placeInLog_');
  });

  it.each([-1, 1.5, '7', [7], 2 ** 53])('is not resumed from %p', async (resume) => {
    const subscription = stream.subscribe(SIMPLE, { id: 'E7' }, { resume });
    await eventually(() => expect(subscription.ending()).toBeDefined());
    expect(subscription.ending()).toMatchObject([
      { message: expect.stringContaining('extensions.resume'), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(house.tickets.subscribedWith).toEqual([]);
  });
});

describe('hostile and mistaken requests', () => {
  it.each([
    ['a query', '{ currentUser { name } }', {}, /over HTTP/, 'BAD_REQUEST'],
    [
      'a misspelt field',
      SIMPLE.replace('{ id }', '{ idd }'),
      { id: 'E7' },
      /Cannot query field/,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['broken text', 'subscription {', {}, /Syntax Error/, 'GRAPHQL_PARSE_FAILED'],
    ['a variable of the wrong type', SIMPLE, { id: { no: 1 } }, /\$id/, 'BAD_USER_INPUT'],
    [
      'two operations',
      `${SIMPLE.replace('n ', 'n A')} ${SIMPLE.replace('n ', 'n B')}`,
      { id: 'E7' },
      /Which operation/,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'nothing',
      'subscription { eventActivity(eventId: "E7") @skip(if: true) { id } }',
      {},
      /asks for nothing/,
      'BAD_REQUEST',
    ],
    [
      'what is too deep',
      `subscription { eventActivity(eventId: "E7") { event ${'{ ticketTypes { event '.repeat(5)} { id } ${'} }'.repeat(5)} } }`,
      {},
      /levels deep/,
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('refuses %s', async (_, query, variables, message, code) => {
    const subscription = stream.subscribe(query, variables);
    await eventually(() => expect(subscription.ending()).toBeDefined());
    expect(subscription.ending()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ message: expect.stringMatching(message), extensions: { code } }),
      ]),
    );
    expect(house.activity.subscribed).toBe(0);
  });

  it('refuses the 101st subscription of a connection, and keeps the others', async () => {
    for (let i = 0; i < 100; i++) stream.subscribe(SIMPLE, { id: 'E7' });
    await reached(100);
    const oneMore = stream.subscribe(SIMPLE, { id: 'E7' });
    await eventually(() => expect(oneMore.ending()).toBeDefined());
    expect(oneMore.ending()).toMatchObject([{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }]);
    expect(house.activity.subscribed).toBe(100);
  });
});

it('tells clients to go when it shuts down, and does not wait for them', async () => {
  const leaving = await RunningGateway.start(house);
  const client = new GraphStream(`${leaving.url}/graphql`, token);
  const subscription = client.subscribe(SIMPLE, { id: 'E7' });
  await reached();
  await Promise.race([
    leaving.close(),
    sleep(3_000).then(() => Promise.reject(new Error('still not closed'))),
  ]);
  await eventually(() => expect(subscription.ending()).toMatchObject({ code: 1001 }));
  await reached(0);
});
