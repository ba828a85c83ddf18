import { getIntrospectionQuery } from 'graphql';
import { MAX_ALIASES, MAX_DEPTH } from '../src/limits/operation-size.ts';
import { CannedHouse } from './canned-house.ts';
import { RunningGateway } from './running-gateway.ts';

/** An event with what four services know of it. */
const JOINED = `query ($first: Int!) {
  events(first: $first) {
    nodes {
      id
      name
      ticketTypes { id price { current { formatted } } }
      availability { status available }
      sales { unitsSold }
      attendance { admitted }
    }
  }
}`;

let house: CannedHouse;
let gateway: RunningGateway;

beforeAll(async () => {
  house = await CannedHouse.start();
  gateway = await RunningGateway.start(house);
});
afterAll(async () => {
  await gateway?.close();
  await house?.stop();
});
beforeEach(() => house.forget());

/** Nothing of how the house is built may be in an answer. */
function expectNoInternals(answer: unknown): void {
  const text = JSON.stringify(answer);
  for (const address of house.addresses) expect(text).not.toContain(address);
  expect(text).not.toMatch(/http:|stack|ECONN|\.ts:|node_modules|serviceName/i);
}

describe('joining services', () => {
  it('asks each service at most once for the parts of 50 events, and gives each event its own', async () => {
    const data = await gateway.graph.data(JOINED, { first: 50 });
    expect(data.events.nodes).toHaveLength(50);
    expect(data.events.nodes[6]).toEqual({
      id: 'E7',
      name: 'Event 7',
      ticketTypes: [{ id: 'T7', price: { current: { formatted: 'EUR 7.00' } } }],
      availability: { status: 'ON_SALE', available: 7 },
      sales: { unitsSold: 93 },
      attendance: { admitted: 7 },
    });
    expect(house.all.map(({ requests }) => requests.length)).toEqual([0, 1, 1, 0, 1, 1]);
    expect(house.all.map(({ entityCalls }) => entityCalls)).toEqual([0, 0, 1, 0, 1, 1]);
  });

  it('passes the token and the correlation id on to every service, and answers with the latter', async () => {
    const token = await house.authority.token({ userId: 'U1' });
    const answer = await gateway.graph
      .as(token)
      .ask(JOINED, { first: 2 }, { 'x-correlation-id': 'from-the-client' });
    expect(answer.errors).toBeUndefined();
    expect(answer.headers.get('x-correlation-id')).toBe('from-the-client');
    const received = [house.events, house.tickets, house.pricing, house.checkin].flatMap(
      ({ requests }) => requests,
    );
    expect(received).toHaveLength(4);
    for (const { headers } of received) {
      expect(headers).toMatchObject({
        authorization: `Bearer ${token}`,
        'x-correlation-id': 'from-the-client',
      });
    }
  });

  it('asks anonymously for an anonymous client, under a correlation id of its own', async () => {
    const { headers } = await gateway.graph.ask('{ currentUser { name } }');
    const [request] = house.auth.requests;
    expect(request!.headers.authorization).toBeUndefined();
    expect(request!.headers['x-correlation-id']).toBe(headers.get('x-correlation-id'));
    expect(headers.get('x-correlation-id')).toMatch(/^[\w-]{36}$/);
  });

  it('carries out mutations', async () => {
    const released = await gateway.graph.expect(
      'Hold',
      'mutation { releaseHold(id: "H1") { __typename ... on Hold { id status } } }',
    );
    expect(released).toEqual({ __typename: 'Hold', id: 'H1', status: 'RELEASED' });
  });
});

describe('tokens', () => {
  it('refuses a worthless token with 401, before any service is asked', async () => {
    const { status, errors, data } = await gateway.graph.as('a.b.c').ask('{ currentUser { name } }');
    expect({ status, data, code: errors?.[0]?.extensions?.['code'] }).toEqual({
      status: 401,
      data: undefined,
      code: 'UNAUTHENTICATED',
    });
    expect(house.auth.requests).toHaveLength(0);
  });

  it("keeps a service's own UNAUTHENTICATED, for its fields only", async () => {
    house.checkin.misbehaviour = (response) => {
      const errors = [
        {
          message: 'The session has ended: sign in again.',
          extensions: { code: 'UNAUTHENTICATED', stacktrace: ['x.ts:1'] },
        },
      ];
      response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ errors }));
    };
    const { data, errors, status } = await gateway.graph.ask(
      '{ event(id: "E3") { name attendance { admitted } } }',
    );
    expect(status).toBe(200);
    expect(data).toEqual({ event: { name: 'Event 3', attendance: null } });
    expect(errors).toEqual([
      { message: 'The session has ended: sign in again.', extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  });
});

describe('a service that fails', () => {
  const QUERY = '{ events(first: 2) { nodes { id attendance { admitted } } } }';
  const WITHOUT_ATTENDANCE = {
    events: {
      nodes: [
        { id: 'E1', attendance: null },
        { id: 'E2', attendance: null },
      ],
    },
  };

  async function expectUnavailable(): Promise<void> {
    const { data, errors, status } = await gateway.graph.ask(QUERY);
    expect(status).toBe(200);
    expect(data).toEqual(WITHOUT_ATTENDANCE);
    expect(errors).toEqual([
      {
        message: 'The checkin service does not answer at the moment. Try again.',
        path: ['events', 'nodes'],
        extensions: { code: 'UNAVAILABLE' },
      },
    ]);
    expectNoInternals(errors);
  }

  it('that hangs is given up after the time limit, and the rest is answered', async () => {
    house.checkin.misbehaviour = () => {};
    const startedAt = performance.now();
    await expectUnavailable();
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });

  it('that stops in the middle of its answer is given up too', async () => {
    house.checkin.misbehaviour = (response) =>
      void response.writeHead(200, { 'content-length': '100' }).write('{"data":');
    await expectUnavailable();
  });

  it('that breaks the connection', async () => {
    house.checkin.misbehaviour = (response) => void response.destroy();
    await expectUnavailable();
  });

  it('that answers something else than GraphQL', async () => {
    house.checkin.misbehaviour = (response) =>
      void response.writeHead(502).end(`<h1>Bad gateway ${house.checkin.url}</h1>`);
    await expectUnavailable();
  });

  it('that is down, until it is back', async () => {
    await house.checkin.stop();
    try {
      await expectUnavailable();
    } finally {
      await house.checkin.start();
    }
    const { errors } = await gateway.graph.ask(QUERY);
    expect(errors).toBeUndefined();
  });

  it('leaves a command in doubt, and says so', async () => {
    house.tickets.misbehaviour = () => {};
    const { data, errors } = await gateway.graph.ask('mutation { releaseHold(id: "H1") { __typename } }');
    expect(data).toBeNull();
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('is not known'),
      extensions: { code: 'UNAVAILABLE' },
    });
  });

  it('keeps its unexpected errors to itself', async () => {
    house.checkin.misbehaviour = (response) => {
      const error = {
        message: `connect ECONNREFUSED ${house.checkin.url}`,
        path: ['_entities', 1, 'attendance'],
        extensions: { stacktrace: ['at x.ts:1'] },
      };
      response.end(
        JSON.stringify({
          data: { _entities: [{ attendance: { admitted: 1 } }, { attendance: null }] },
          errors: [error],
        }),
      );
    };
    const { data, errors } = await gateway.graph.ask(QUERY);
    expect(data.events.nodes[0].attendance).toEqual({ admitted: 1 });
    expect(errors).toEqual([
      {
        message: 'Something went wrong on our side.',
        path: ['events', 'nodes', 1, 'attendance'],
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ]);
  });

  it('does not take the blame for a document that was planned wrongly', async () => {
    house.checkin.misbehaviour = (response) => {
      const errors = [
        {
          message: 'Cannot query field "attendance" on type "Event".',
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        },
      ];
      response.writeHead(400).end(JSON.stringify({ errors }));
    };
    const { errors } = await gateway.graph.ask(QUERY);
    expect(errors).toEqual([
      { message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
  });
});

describe('hostile and mistaken requests', () => {
  async function expectRefused(query: string, message: RegExp, variables = {}): Promise<void> {
    const answer = await gateway.graph.ask(query, variables);
    expect({ status: answer.status, data: answer.data }).toEqual({ status: 400, data: undefined });
    expect(answer.errors?.[0]?.message).toMatch(message);
    expectNoInternals(answer.errors);
    expect(house.all.flatMap(({ requests }) => requests)).toHaveLength(0);
  }
  const nested = (depth: number) =>
    `{ event(id: "E1") ${'{ ticketTypes { event '.repeat((depth - 2) / 2)} { id }${' } }'.repeat((depth - 2) / 2)} }`;
  const aliased = (count: number) =>
    `{ ${Array.from({ length: count }, (_, i) => `a${i}: event(id: "E1") { id }`).join(' ')} }`;

  it('refuses what is too deep, and answers what is just not', async () => {
    await expectRefused(nested(MAX_DEPTH + 2), /12 levels deep; at most 10/);
    expect((await gateway.graph.ask(nested(MAX_DEPTH))).errors).toBeUndefined();
  });

  it('refuses more aliases than allowed, and answers as many as allowed', async () => {
    await expectRefused(aliased(MAX_ALIASES + 1), /16 aliases; at most 15/);
    expect((await gateway.graph.ask(aliased(MAX_ALIASES))).errors).toBeUndefined();
  });

  it('refuses a document of too many tokens before it is validated', async () => {
    await expectRefused(`{ ${'__typename '.repeat(1_000)} }`, /more .*than 1000 tokens|1000 tokens/);
  });

  it('refuses a bomb of fragments in no time', async () => {
    const fragments = Array.from(
      { length: 60 },
      (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} ...F${i + 1} }`,
    );
    const bomb = `{ ...F0 } ${fragments.join(' ')} fragment F60 on Query { a: __typename }`;
    const startedAt = performance.now();
    await expectRefused(bomb, /aliases/);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('refuses batches, variables of the wrong type, broken text and too much of it', async () => {
    const post = (body: string) =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
    expect((await post(JSON.stringify([{ query: '{ __typename }' }]))).status).toBe(400);
    expect((await post('{"query": ')).status).toBe(400);
    expect(
      (await post(JSON.stringify({ query: '{ __typename }', filler: 'x'.repeat(300_000) }))).status,
    ).toBe(413);
    const { errors } = await gateway.graph.ask(JOINED, { first: 'many' });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('$first'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
    await expectRefused('{ events { nodes { nmae } } }', /Cannot query field "nmae"/);
  });

  it('says where subscriptions are served', async () => {
    await expectRefused('subscription { eventActivity(eventId: "E1") { id } }', /served over WebSocket/);
  });

  it('does not obey a web page that posts a form', async () => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"query":"{ __typename }"}',
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
  });

  it('allows introspection in development and not in production', async () => {
    const { data } = await gateway.graph.ask(getIntrospectionQuery());
    expect(data.__schema.types.map(({ name }: { name: string }) => name)).toContain('TicketType');
    expect(JSON.stringify(data)).not.toContain('join__');
    const inProduction = await RunningGateway.start(house, { NODE_ENV: 'production' });
    try {
      const { errors } = await inProduction.graph.ask('{ __schema { types { name } } }');
      expect(errors?.[0]?.message).toMatch(/introspection is not allowed/);
      const misspelt = await inProduction.graph.ask('{ event(id: "E1") { nmae } }');
      expect(misspelt.errors?.[0]?.message).not.toContain('"name"');
    } finally {
      await inProduction.close();
    }
  });
});

describe('what is around the graph', () => {
  const get = (path: string) => fetch(`${gateway.url}${path}`);

  it('is ready while services are down', async () => {
    await house.payments.stop();
    try {
      expect((await get('/health/ready')).status).toBe(200);
      expect((await get('/health/live')).status).toBe(200);
    } finally {
      await house.payments.start();
    }
  });

  it('counts what services answered', async () => {
    await gateway.graph.data('{ event(id: "E1") { name } }');
    const metrics = (await (await get('/metrics')).text()).split('\n');
    const counts = metrics.filter((line) =>
      /^tessera_gateway_subgraph_seconds_count.*"events",outcome="ok"/.test(line),
    );
    expect(counts).toEqual([expect.stringMatching(/\} [1-9]\d*$/)]);
  });

  it('welcomes people with a page that loads nothing from elsewhere', async () => {
    const page = await get('/');
    const sameAtTheGraph = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).toContain('text/html');
    const html = await page.text();
    expect(await sameAtTheGraph.text()).toBe(html);
    expect(html).toContain('POST http://127.0.0.1');
    expect(html).not.toMatch(/<script|src=|href="http/);
  });
});
