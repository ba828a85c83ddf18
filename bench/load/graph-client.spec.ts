import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { GraphClient, operation, sourceAddresses } from './graph-client.ts';

const THING = operation<{ id: string }, { id: string } | null>(
  'query($id: ID!) { result: thing(id: $id) { id } }',
);

let server: Server;
let url: string;
let reply: { status: number; body: string };
const seen: { address: string | undefined; port: number | undefined; token: string | undefined }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { remoteAddress: address, remotePort: port } = request.socket;
    seen.push({ address, port, token: request.headers.authorization });
    request.resume().on('end', () => {
      if (reply.status === 0) request.socket.destroy();
      else if (reply.status > 0) response.writeHead(reply.status).end(reply.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const answering = (status: number, body: unknown): void => {
  reply = { status, body: typeof body === 'string' ? body : JSON.stringify(body) };
};

async function kindOf(limitMs = 5_000): Promise<string> {
  const client = new GraphClient(url, undefined);
  try {
    return await client.ask(THING, { id: '1' }, undefined, limitMs).then(
      () => 'answered',
      (error: { kind: string }) => error.kind,
    );
  } finally {
    client.close();
  }
}

describe('GraphClient', () => {
  it('comes from its own address, over one kept connection', async () => {
    answering(200, { data: { result: { id: '1' } } });
    const [address] = sourceAddresses(1);
    const client = new GraphClient(url, address);
    seen.length = 0;
    expect(await client.ask(THING, { id: '1' }, 'secret')).toEqual({ id: '1' });
    expect(await client.ask(THING, { id: '1' }, 'secret')).toEqual({ id: '1' });
    client.close();
    expect(seen[0]).toMatchObject({ address: address ?? '127.0.0.1', token: 'Bearer secret' });
    expect(seen[1]!.port).toBe(seen[0]!.port);
  });

  it('takes null for an answer', async () => {
    answering(200, { data: { result: null } });
    expect(await kindOf()).toBe('answered');
  });

  it.each([
    ['a refusal', 200, { data: { result: { code: 'SOLD_OUT', message: 'gone' } } }, 'SOLD_OUT'],
    [
      'a GraphQL error',
      200,
      { errors: [{ message: 'no', extensions: { code: 'UNAVAILABLE' } }] },
      'UNAVAILABLE',
    ],
    ['an error beside data', 200, { data: { result: null }, errors: [{ message: 'no' }] }, 'GRAPHQL'],
    ['an answer of something else', 502, '<html>', 'HTTP_502'],
    ['no data', 200, {}, 'HTTP_200'],
    ['a connection that breaks off', 0, '', 'ECONNRESET'],
  ])('names %s by its kind', async (_what, status, body, kind) => {
    answering(status, body);
    expect(await kindOf()).toBe(kind);
  });

  it('waits no longer than it may', async () => {
    answering(-1, '');
    expect(await kindOf(50)).toBe('TIMEOUT');
  });
});

describe('sourceAddresses', () => {
  it('are all different, and none is the network itself', () => {
    const addresses = sourceAddresses(600).filter((address) => address !== undefined);
    expect(new Set(addresses).size).toBe(addresses.length);
    for (const address of addresses) expect(address).toMatch(/^127\.0\.[1-9]\d*\.[1-9]\d{0,2}$/);
  });
});
