import { type ClientRequest, request } from 'node:http';
import { CannedHouse } from './canned-house.ts';
import { CannedService } from './canned-service.ts';
import { RunningGateway } from './running-gateway.ts';

const TOKEN = `iu1.${'x'.repeat(600)}.signature`;
const MAX_BYTES = 5 * 1024 * 1024;

let house: CannedHouse;
let events: CannedService;
let gateway: RunningGateway;

beforeAll(async () => {
  house = await CannedHouse.start();
  events = await CannedService.start();
  gateway = await RunningGateway.start(house, { EVENTS_URL: events.url });
});
afterAll(async () => {
  await gateway?.close();
  await house?.stop();
});
beforeEach(() => {
  events.requests.length = 0;
  events.answer = (response) => response.end();
});

const get = (path: string, init: RequestInit = {}) => fetch(`${gateway.url}${path}`, init);
const put = (path: string, body: Uint8Array, headers: Record<string, string> = {}) =>
  get(path, {
    method: 'PUT',
    body: new Uint8Array(body),
    headers: { 'content-type': 'image/png', ...headers },
  });
const served = (response: Parameters<CannedService['answer']>[0], body: Buffer) =>
  response
    .writeHead(200, {
      'content-type': 'image/webp',
      'content-length': body.length,
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'",
      'x-content-type-options': 'nosniff',
      etag: '"one"',
      'x-internal': 'not for clients',
    })
    .end(body);

describe('an upload', () => {
  it('passes through byte by byte, with its type and correlation', async () => {
    const body = Buffer.alloc(1_000_000, 7);
    events.answer = (response) =>
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"one"}');
    const answer = await put(`/uploads/${TOKEN}`, body, { 'x-correlation-id': 'from-the-client' });
    expect([answer.status, await answer.json()]).toEqual([201, { id: 'one' }]);
    const [got] = events.requests;
    expect(got).toMatchObject({ method: 'PUT', url: `/uploads/${TOKEN}` });
    expect(got?.headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': String(body.length),
      'x-correlation-id': 'from-the-client',
    });
    expect(got?.body.equals(body)).toBe(true);
  });

  it('hands on what the service answers', async () => {
    events.answer = (response) =>
      response
        .writeHead(415, { 'content-type': 'application/problem+json' })
        .end('{"code":"UNSUPPORTED_IMAGE"}');
    const answer = await put(`/uploads/${TOKEN}`, Buffer.from('x'));
    expect([answer.status, answer.headers.get('content-type'), await answer.json()]).toEqual([
      415,
      'application/problem+json',
      { code: 'UNSUPPORTED_IMAGE' },
    ]);
  });

  /** The answer to an upload that is still being sent. */
  const answerWhile = (headers: Record<string, string | number>, send: (sending: ClientRequest) => void) =>
    new Promise<number | string>((resolve) => {
      const sending = request(`${gateway.url}/uploads/${TOKEN}`, {
        method: 'PUT',
        headers: { 'content-type': 'image/png', ...headers },
      });
      sending.on('response', (response) => {
        resolve(response.statusCode ?? 0);
        sending.destroy();
      });
      sending.on('error', (error) => resolve(error.message));
      send(sending);
    });

  it('that says it is too large is refused before it comes', async () => {
    const status = await answerWhile({ 'content-length': MAX_BYTES + 1 }, (sending) =>
      sending.flushHeaders(),
    );
    expect([status, events.requests]).toEqual([413, []]);
  });

  it('that does not say how large it is ends at the limit', async () => {
    const status = await answerWhile({ 'transfer-encoding': 'chunked' }, (sending) => {
      for (let sent = 0; sent <= MAX_BYTES; sent += 65_536) sending.write(Buffer.alloc(65_536));
    });
    expect([status, events.requests]).toEqual([413, []]);
  });

  it.each([
    '/uploads/',
    '/uploads/one',
    '/uploads/a.b.c/d',
    '/uploads/a.b.%2e%2e',
    `/uploads/a.b.${'c'.repeat(3_000)}`,
  ])('to %.30s is not passed on', async (path) => {
    expect((await put(path, Buffer.from('x'))).status).toBe(404);
    expect(events.requests).toEqual([]);
  });
});

describe('an image', () => {
  it('is served with the headers that are meant for clients', async () => {
    const body = Buffer.alloc(300_000, 3);
    events.answer = (response) => served(response, body);
    const answer = await get('/images/one');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/webp',
      'content-length': String(body.length),
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'",
      'x-content-type-options': 'nosniff',
      etag: '"one"',
    });
    expect(answer.headers.get('x-internal')).toBeNull();
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
  });

  it('answers HEAD and what a client knows already without a body', async () => {
    events.answer = (response) => served(response, Buffer.alloc(42));
    const head = await get('/images/one', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '42', '']);
    expect(events.requests[0]?.method).toBe('HEAD');
    events.answer = (response) => response.writeHead(304, { etag: '"one"' }).end();
    const known = await get('/images/one', { headers: { 'if-none-match': '"one"' } });
    expect([known.status, known.headers.get('etag')]).toEqual([304, '"one"']);
    expect(events.requests[1]?.headers['if-none-match']).toBe('"one"');
  });

  it.each(['/images/..%2fgraphql', '/images/a%20b', '/images/a%0d%0ab'])(
    'at %s is not asked for',
    async (path) => {
      expect((await get(path)).status).toBe(404);
      expect(events.requests).toEqual([]);
    },
  );

  it('is unavailable in time while the service hangs or is away', async () => {
    events.answer = () => undefined;
    const hanging = await get('/images/one');
    expect([hanging.status, ((await hanging.json()) as { code: string }).code]).toEqual([503, 'UNAVAILABLE']);
    await events.stop();
    const away = await get('/images/one');
    expect(away.status).toBe(503);
    expect(await away.text()).not.toMatch(/127\.0\.0\.1|ECONN/);
  });
});
