import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GraphQLError } from 'graphql';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseEnvironment } from '#config';
import { createLogger } from '#observability';
import { environment } from '../config.ts';
import { SubgraphSources } from '../subgraphs/subgraph-sources.ts';
import { type StreamFailed, Upstreams } from './upstream.ts';

const logger = createLogger('test', 'silent');
const AT_ONCE = { attempts: 2, longestWaitMs: 10 };

/** A house of which only tickets has an address that matters. */
function sourcesWith(tickets: string): SubgraphSources {
  const names = ['AUTH', 'EVENTS', 'TICKETS', 'PAYMENTS', 'PRICING', 'CHECKIN'];
  const addresses = Object.fromEntries(
    names.map((name) => [`${name}_URL`, name === 'TICKETS' ? tickets : 'http://127.0.0.1:9']),
  );
  return new SubgraphSources(
    parseEnvironment(environment, { PORT: '0', VISITOR_KEY: 'A'.repeat(43), ...addresses }),
    logger,
  );
}

/** How a subscription at tickets ends. */
function endingOf(upstreams: Upstreams): Promise<StreamFailed | 'complete'> {
  return new Promise((resolve) => {
    const sink = { next: () => {}, error: resolve, complete: () => resolve('complete') };
    upstreams.subscribe('tickets', { query: 'subscription { eventActivity(eventId: "E1") { id } }' }, sink);
  });
}

it('gives up a service that stays away, without naming its address', async () => {
  const upstreams = new Upstreams(sourcesWith('http://127.0.0.1:9'), async () => undefined, logger, AT_ONCE);
  expect(await endingOf(upstreams)).toMatchObject({
    errors: [
      {
        message: 'The tickets service does not answer at the moment. Subscribe again.',
        extensions: { code: 'UNAVAILABLE' },
      },
    ],
  });
});

/** A service whose WebSockets end as `refuse` wants, as soon as a client says anything. */
async function withService(
  refuse: (socket: WebSocket) => void,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => socket.on('message', () => refuse(socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  }
}

it('asks for the token again before it connects again, and ends with its refusal', async () => {
  let asked = 0;
  const authorize = async (): Promise<string> => {
    if (++asked === 1) return 'Bearer still-valid';
    throw new GraphQLError('The access token has expired.', { extensions: { code: 'UNAUTHENTICATED' } });
  };
  await withService(
    (socket) => socket.terminate(),
    async (url) => {
      const ending = await endingOf(new Upstreams(sourcesWith(url), authorize, logger, AT_ONCE));
      expect(ending).toMatchObject({
        errors: [{ message: 'The access token has expired.', extensions: { code: 'UNAUTHENTICATED' } }],
      });
      expect(asked).toBe(2);
    },
  );
});

it('does not insist where the service refuses the token', async () => {
  let refused = 0;
  await withService(
    (socket) => {
      refused++;
      socket.close(4403, 'Forbidden');
    },
    async (url) => {
      const ending = await endingOf(new Upstreams(sourcesWith(url), async () => 'Bearer x', logger, AT_ONCE));
      expect(ending).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
      expect(refused).toBe(1);
    },
  );
});

it('refuses a service that it has no address of', () => {
  expect(() => sourcesWith('http://127.0.0.1:9').get('reviews')).toThrow(/no address/);
});
