import { PeriodicMetrics } from '#observability';
import { eventually, RunningService, SpanCollector, testSettings } from '#testing';
import { Lamps, lampsModule } from './lamps.ts';

/**
 * Real: HTTP, Apollo, MongoDB, Redis, Kafka, the OpenTelemetry SDK. Not real: the collector, which is an array.
 */
const LIGHT = 'mutation ClientsOwnName($id: ID!) { lightLamp(id: $id) { id } }';
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = `00-${TRACE_ID}-b7ad6b7169203331-01`;

const settings = testSettings();
let spans: SpanCollector;
let service: RunningService;

beforeAll(async () => {
  spans = await SpanCollector.start('lamps');
  service = await RunningService.start('lamps', lampsModule(settings), settings);
});

afterAll(async () => {
  await service?.close();
  await spans?.stop();
});

const light = (id: string, headers: Record<string, string> = {}) => service.graph.ask(LIGHT, { id }, headers);

async function remembered(id: string): Promise<void> {
  await eventually(async () => expect(await service.app.get(Lamps).rememberedIds()).toContain(id));
}

const scrape = async (): Promise<string[]> =>
  (await (await fetch(`${service.url}/metrics`)).text()).split('\n');

/** The value of the one series of `name` that has all `labels`. */
function valueOf(lines: readonly string[], name: string, labels: Record<string, string> = {}): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const found = lines.filter(
    (line) => line.startsWith(`${name}{`) && wanted.every((pair) => line.includes(pair)),
  );
  expect(found).toHaveLength(1);
  return Number(found[0]!.split(' ').at(-1));
}

describe('traces', () => {
  it('are one from the HTTP request over GraphQL, engines, outbox and Kafka to the consumer', async () => {
    await light('traced', { traceparent: CALLER });
    await remembered('traced');
    const parentOf = (name: string) => spans.only(name, TRACE_ID).parentSpanId;
    const idOf = (name: string) => spans.only(name, TRACE_ID).spanContext().spanId;
    await eventually(() => {
      expect(parentOf('POST /graphql')).toBe('b7ad6b7169203331');
      expect(parentOf('mutation lightLamp')).toBe(idOf('POST /graphql'));
      expect(parentOf('redis incr')).toBe(idOf('mutation lightLamp'));
      expect(parentOf('mongodb insert lamps')).toBe(idOf('mutation lightLamp'));
      expect(parentOf('publish LampLit')).toBe(idOf('mutation lightLamp'));
      expect(parentOf('handle LampLit')).toBe(idOf('publish LampLit'));
      expect(parentOf('mongodb update seen')).toBe(idOf('handle LampLit'));
    });
  });

  it('do not begin with health checks or sweeps', async () => {
    await fetch(`${service.url}/health/ready`);
    await service.app.get(PeriodicMetrics).readAll();
    const roots = spans.finished().filter((span) => span.parentSpanId === undefined);
    expect(roots.filter(({ name }) => !name.startsWith('POST'))).toEqual([]);
  });

  it('leave no mark in what consumers read of a fact', async () => {
    await eventually(async () => {
      const stored = await service.db.collection('lamps').findOne();
      expect(stored).toEqual({ _id: 'traced', lit: true });
    });
  });
});

describe('metrics', () => {
  it('tell rate, errors and duration of operations, routes, facts and engines', async () => {
    await light('measured');
    await service.graph.ask('{ nothingLikeThis }');
    await fetch(`${service.url}/no-such-page`);
    await remembered('measured');
    await eventually(async () => {
      const lines = await scrape();
      const handled = { topic: 'test.lamps.v1', type: 'LampLit', outcome: 'handled' };
      expect(valueOf(lines, 'tessera_fact_handling_seconds_count', handled)).toBeGreaterThanOrEqual(2);
    });
    const lines = await scrape();
    const operations = 'tessera_graphql_operation_seconds_count';
    expect(valueOf(lines, operations, { operation: 'lightLamp', outcome: 'ok' })).toBe(2);
    expect(valueOf(lines, operations, { operation: 'invalid', outcome: 'error' })).toBe(1);
    expect(lines.join('\n')).not.toContain('ClientsOwnName');
    const http = 'tessera_http_request_seconds_count';
    expect(valueOf(lines, http, { method: 'POST', route: '/graphql', status: '200' })).toBeGreaterThanOrEqual(
      2,
    );
    expect(valueOf(lines, http, { method: 'GET', route: 'unmatched', status: '404' })).toBe(1);
    expect(valueOf(lines, 'tessera_redis_command_seconds_count', { command: 'incr', outcome: 'ok' })).toBe(2);
    expect(valueOf(lines, 'tessera_mongodb_command_seconds_count')).toBeGreaterThan(2);
    expect(valueOf(lines, 'tessera_mongodb_connections', { state: 'open' })).toBeGreaterThan(0);
    expect(valueOf(lines, 'tessera_mongodb_checkouts_waiting')).toBe(0);
    expect(valueOf(lines, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
  });

  it('tell how far the consumer is behind and what waits in the outbox', async () => {
    const before = new Date(Date.now() - 60_000);
    const held = { by: 'a relay elsewhere', until: new Date(Date.now() + 60_000) };
    await service.db
      .collection<{ _id: string }>('lamps')
      .insertOne({ _id: 'waiting', outbox: [], outboxAt: before, outboxLease: held } as { _id: string });
    await eventually(async () => {
      await service.app.get(PeriodicMetrics).readAll();
      const lines = await scrape();
      expect(valueOf(lines, 'tessera_outbox_documents', { collection: 'lamps' })).toBe(1);
      expect(valueOf(lines, 'tessera_outbox_oldest_seconds', { collection: 'lamps' })).toBeGreaterThan(59);
      for (const partition of ['0', '1', '2'])
        expect(valueOf(lines, 'tessera_consumer_lag_facts', { topic: 'test.lamps.v1', partition })).toBe(0);
    });
  });
});
