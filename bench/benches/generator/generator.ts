import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { z } from 'zod';
import { exercise } from '../../frame/exercise.ts';
import { wholeNumber } from '../../frame/options.ts';
import { percentiles } from '../../frame/percentiles.ts';
import { closedLoop } from '../../load/closed-loop.ts';
import { GraphClient, operation, sourceAddresses } from '../../load/graph-client.ts';
import { round } from '../../frame/percentiles.ts';

const BARE = operation<object, string>('{ result: __typename }');
const WARM_UP_MS = 200;

/** The ceiling of the load generator itself: the same clients against a server in this process that only answers. */
export const generatorBench = exercise({
  kind: 'bench',
  name: 'generator',
  summary:
    "the load generator alone, against a server that does nothing: what a bench's figures cannot exceed",
  options: {
    clients: wholeNumber('clients', { fallback: 8, min: 1, max: 512 }),
    measuredMs: wholeNumber('length of the window in ms', { fallback: 2_000, min: 100, max: 60_000 }),
  },
  limitS: () => 90,
  figures: z.strictObject({
    requestMs: percentiles,
    requestsPerSecond: z.number().positive(),
    errors: z.record(z.string(), z.int().positive()),
  }),
  run: async (stage, { clients, measuredMs }) => {
    const { server, url } = await answering();
    const graph = sourceAddresses(clients).map((address) => new GraphClient(url, address));
    try {
      stage.progress.say(`${clients} clients for ${measuredMs} ms`);
      const window = { clients, warmUpMs: WARM_UP_MS, measuredMs, signal: stage.signal };
      const { tally, seconds } = await closedLoop(
        window,
        async (client, counted) => {
          await counted.time('request', async () => graph[client]?.ask(BARE, {}, undefined));
        },
        () => () => undefined,
      );
      return {
        requestMs: tally.percentiles('request') ?? { p50: 0, p95: 0, p99: 0 },
        requestsPerSecond: round(tally.count('request') / seconds),
        errors: tally.errors,
      };
    } finally {
      for (const client of graph) client.close();
      server.close();
    }
  },
});

async function answering(): Promise<{ server: Server; url: string }> {
  const body = JSON.stringify({ data: { result: 'Query' } });
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.setHeader('content-type', 'application/json').end(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('a TCP server has a port');
  return { server, url: `http://127.0.0.1:${address.port}` };
}
