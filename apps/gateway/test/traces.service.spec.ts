import { eventually, SpanCollector } from '#testing';
import { CannedHouse } from './canned-house.ts';
import { RunningGateway } from './running-gateway.ts';

/** Real: the gateway over HTTP. Not real: the services behind it, and the collector. */
let spans: SpanCollector;
let house: CannedHouse;
let gateway: RunningGateway;

beforeAll(async () => {
  spans = await SpanCollector.start('gateway');
  house = await CannedHouse.start();
  gateway = await RunningGateway.start(house);
});

afterAll(async () => {
  await gateway?.close();
  await house?.stop();
  await spans?.stop();
});

it('traces a query from its arrival to each service that it asks, and hands the trace on', async () => {
  const stranger = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
  await gateway.graph.ask('query Mine { event(id: "E7") { name availability { status } } }', {}, stranger);
  await eventually(() => spans.only('POST /graphql'));
  const request = spans.only('POST /graphql');
  const { traceId } = request.spanContext();
  expect(request.parentSpanId).toBeUndefined();
  expect(traceId).not.toBe('0af7651916cd43dd8448eb211c80319c');
  const operation = spans.only('query event', traceId);
  expect(operation.parentSpanId).toBe(request.spanContext().spanId);
  for (const subgraph of [house.events, house.tickets]) {
    const call = spans.only(`ask ${subgraph === house.events ? 'events' : 'tickets'}`, traceId);
    expect(ancestorsOf(call, traceId)).toEqual(expect.arrayContaining(['gateway.fetch', operation.name]));
    const { spanId } = call.spanContext();
    expect(subgraph.requests.map(({ headers }) => headers['traceparent'])).toEqual([
      `00-${traceId}-${spanId}-01`,
    ]);
  }
});

/** Names, from the span's parent to the root: @apollo/gateway puts spans of its own between. */
function ancestorsOf(span: ReturnType<SpanCollector['only']>, traceId: string): string[] {
  const parent = spans.finished(traceId).find((one) => one.spanContext().spanId === span.parentSpanId);
  return parent ? [parent.name, ...ancestorsOf(parent, traceId)] : [];
}
