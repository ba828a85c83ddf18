import { request } from 'node:http';
import { CannedHouse } from './canned-house.ts';
import { CannedService } from './canned-service.ts';
import { RunningGateway } from './running-gateway.ts';

const MAX_BYTES = 64 * 1024;

let house: CannedHouse;
let payments: CannedService;
let gateway: RunningGateway;

beforeAll(async () => {
  house = await CannedHouse.start();
  payments = await CannedService.start();
  gateway = await RunningGateway.start(house, { PAYMENTS_URL: payments.url, SUBGRAPH_TIMEOUT_MS: '3000' });
});
afterAll(async () => {
  await gateway?.close();
  await payments?.stop();
  await house?.stop();
});
beforeEach(() => {
  payments.requests.length = 0;
  payments.answer = (response) =>
    response
      .writeHead(200, { 'content-type': 'application/json', 'x-internal': 'no' })
      .end('{"received":true}');
});

const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}${path}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });
const codeOf = async (response: Response) => [response.status, ((await response.json()) as any).code];

describe('a webhook', () => {
  it('passes byte by byte, with its signature and nothing else that a stranger says', async () => {
    const body = '{ "id" :\t"evt_1", "ö": 1.0 }\n';
    const answer = await post('/webhooks/stripe', body, {
      'stripe-signature': 't=1,v1=00',
      authorization: 'Bearer x',
      cookie: 'a=b',
    });
    expect([answer.status, await answer.json()]).toEqual([200, { received: true }]);
    expect(answer.headers.get('x-internal')).toBeNull();
    const [got] = payments.requests;
    expect(got).toMatchObject({ method: 'POST', url: '/webhooks/stripe' });
    expect(got?.body.toString()).toBe(body);
    expect(got?.headers).toMatchObject({ 'stripe-signature': 't=1,v1=00' });
    expect(got?.headers['authorization']).toBeUndefined();
    expect(got?.headers['cookie']).toBeUndefined();
  });

  it('of whatever type, and with no body, is passed on for the service to judge', async () => {
    await post('/webhooks/test', 'not json', { 'content-type': 'text/plain' });
    await fetch(`${gateway.url}/webhooks/test`, { method: 'POST' });
    expect(payments.requests.map(({ body }) => body.toString())).toEqual(['not json', '']);
  });

  it('that is too large is refused at the door', async () => {
    expect(await codeOf(await post('/webhooks/stripe', Buffer.alloc(MAX_BYTES + 1)))).toEqual([
      413,
      'WEBHOOK_TOO_LARGE',
    ]);
    const unannounced = await new Promise((resolve) => {
      const sending = request(`${gateway.url}/webhooks/stripe`, { method: 'POST' });
      sending.on('response', (response) => resolve(response.statusCode));
      sending.on('error', (error) => resolve(error.message));
      for (let sent = 0; sent <= MAX_BYTES; sent += 16_384) sending.write(Buffer.alloc(16_384));
    });
    expect(unannounced).toBe(413);
    expect(payments.requests).toEqual([]);
  });

  it.each(['/webhooks/', '/webhooks/STRIPE', '/webhooks/..%2fgraphql', `/webhooks/${'a'.repeat(21)}`])(
    'to %s is not passed on',
    async (path) => {
      expect((await post(path, '{}')).status).toBe(404);
      expect(payments.requests).toEqual([]);
    },
  );

  it('is never limited in number while it is genuine', async () => {
    for (let sent = 0; sent < 100; sent++) expect((await post('/webhooks/stripe', '{}')).status).toBe(200);
  });

  it('is turned away, to come back later, while payments hangs or is away', async () => {
    payments.answer = () => undefined;
    expect(await codeOf(await post('/webhooks/stripe', '{}'))).toEqual([503, 'UNAVAILABLE']);
  });

  it('is turned away when too many are under way', async () => {
    const held: Parameters<CannedService['answer']>[0][] = [];
    let arrived: (() => void) | undefined;
    const full = new Promise<void>((resolve) => (arrived = resolve));
    payments.answer = (response) => {
      held.push(response);
      if (held.length === 64) arrived?.();
    };
    const first = Array.from({ length: 64 }, () => post('/webhooks/stripe', '{}'));
    await full;
    expect(await codeOf(await post('/webhooks/stripe', '{}'))).toEqual([503, 'UNAVAILABLE']);
    for (const response of held) response.end('{}');
    expect((await Promise.all(first)).every(({ status }) => status === 200)).toBe(true);
  });
});

describe("the test provider's page", () => {
  it('is shown, and answered, with its own security headers', async () => {
    payments.answer = (response) =>
      response
        .writeHead(200, {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': "default-src 'none'",
        })
        .end('<h1>Test provider</h1>');
    const page = await fetch(`${gateway.url}/test-provider/challenges/test_1.abc`);
    expect([page.status, page.headers.get('content-security-policy'), await page.text()]).toEqual([
      200,
      "default-src 'none'",
      '<h1>Test provider</h1>',
    ]);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post('/test-provider/challenges/test_1.abc/approve', '', form)).status).toBe(200);
    expect(payments.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /test-provider/challenges/test_1.abc',
      'POST /test-provider/challenges/test_1.abc/approve',
    ]);
  });

  it.each(['/test-provider/challenges/a%2fb', '/test-provider/challenges/', '/test-provider/intents'])(
    'is not a way to %s',
    async (path) => {
      expect((await fetch(`${gateway.url}${path}`)).status).toBe(404);
      expect(payments.requests).toEqual([]);
    },
  );
});

it('JSON of other routes is parsed as before', async () => {
  const answer = await post('/graphql', '{"query":"{ __typename }"}');
  expect(await answer.json()).toEqual({ data: { __typename: 'Query' } });
});

/** Comes last: the gateway remembers who was refused. */
describe('an address that sends webhooks which are not genuine', () => {
  it('is told why, and after many of them is shut out for a minute', async () => {
    payments.answer = (response) =>
      response
        .writeHead(400, { 'content-type': 'application/problem+json' })
        .end('{"code":"INVALID_WEBHOOK"}');
    for (let sent = 0; sent < 30; sent++)
      expect(await codeOf(await post('/webhooks/stripe', '{}'))).toEqual([400, 'INVALID_WEBHOOK']);
    const shutOut = await post('/webhooks/stripe', '{}');
    expect(shutOut.headers.get('retry-after')).toBe('60');
    expect(await codeOf(shutOut)).toEqual([429, 'TOO_MANY_REFUSED']);
    expect(payments.requests).toHaveLength(30);
  });
});
