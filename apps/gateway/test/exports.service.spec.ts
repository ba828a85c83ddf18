import { CannedHouse } from './canned-house.ts';
import { CannedService } from './canned-service.ts';
import { RunningGateway } from './running-gateway.ts';

let house: CannedHouse;
let tickets: CannedService;
let gateway: RunningGateway;

beforeAll(async () => {
  house = await CannedHouse.start();
  tickets = await CannedService.start();
  gateway = await RunningGateway.start(house, { TICKETS_URL: tickets.url });
});
afterAll(async () => {
  await gateway?.close();
  await house?.stop();
});
beforeEach(() => {
  tickets.requests.length = 0;
});

const get = (path: string, init: RequestInit = {}) => fetch(`${gateway.url}/exports/events/${path}`, init);

describe('an export', () => {
  it('passes through with the caller token, and what the service says of it', async () => {
    tickets.answer = (response) => {
      response.writeHead(200, {
        'content-type': 'text/csv; charset=utf-8; header=present',
        'content-disposition': 'attachment; filename="orders-EVENT00001.csv"',
        'cache-control': 'no-store',
        'x-internal': 'not for clients',
      });
      response.write('order_id\r\n');
      setTimeout(() => response.end('one\r\n'), 20);
    };
    const answer = await get('EVENT00001/orders.csv', {
      headers: { authorization: 'Bearer a.b.c', 'x-correlation-id': 'from-the-client', cookie: 'no=1' },
    });
    expect([answer.status, await answer.text()]).toEqual([200, 'order_id\r\none\r\n']);
    expect(answer.headers.get('content-disposition')).toContain('orders-EVENT00001.csv');
    expect(answer.headers.get('x-internal')).toBeNull();
    const [asked] = tickets.requests;
    expect(asked).toMatchObject({ method: 'GET', url: '/exports/events/EVENT00001/orders.csv' });
    expect(asked?.headers).toMatchObject({
      authorization: 'Bearer a.b.c',
      'x-correlation-id': 'from-the-client',
    });
    expect(asked?.headers['cookie']).toBeUndefined();
  });

  it('hands on refusals', async () => {
    tickets.answer = (response) =>
      response.writeHead(403, { 'content-type': 'application/problem+json' }).end('{"code":"NOT_PERMITTED"}');
    const answer = await get('EVENT00001/orders.csv');
    expect([answer.status, await answer.json()]).toEqual([403, { code: 'NOT_PERMITTED' }]);
    expect(tickets.requests[0]?.headers['authorization']).toBeUndefined();
  });

  it('is asked of the service for an event only', async () => {
    for (const path of ['..%2F..%2Fgraphql/orders.csv', 'a%20b/orders.csv'])
      expect((await get(path)).status).toBe(404);
    expect(tickets.requests).toEqual([]);
  });

  it('says that it cannot be had when the service does not answer, or is away', async () => {
    tickets.answer = () => undefined;
    const slow = await get('EVENT00001/orders.csv');
    expect([slow.status, ((await slow.json()) as { code: string }).code]).toEqual([503, 'UNAVAILABLE']);
    await tickets.stop();
    expect((await get('EVENT00001/orders.csv')).status).toBe(503);
  });
});
