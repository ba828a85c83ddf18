import { setTimeout as sleep } from 'node:timers/promises';
import { PeriodicMetrics } from '#observability';
import { EngineProxy, eventually, FactLine, RunningService, testSettings } from '#testing';
import { lamps, Lamps, lampsModule } from './lamps.ts';

/**
 * Real: MongoDB, Kafka, the consumer with its retries and heartbeats. The way to MongoDB leads through a proxy that is
 * cut for longer than a fact that fails by itself would be tried (5 s), and than the group's session lasts (10 s).
 */
const OUTAGE_MS = 12_000;
const FACTS = 30;

const engines = testSettings();
let proxy: EngineProxy;
let service: RunningService;
let line: FactLine;

beforeAll(async () => {
  const engine = new URL(engines.MONGODB_URI);
  proxy = await EngineProxy.open(engine.hostname, Number(engine.port || 27_017));
  const way = new URL(engine);
  way.host = proxy.address;
  way.searchParams.set('directConnection', 'true');
  const settings = { ...engines, MONGODB_URI: way.href };
  service = await RunningService.start('lamps', lampsModule(settings), settings);
  line = await FactLine.open(engines, [lamps]);
});

afterAll(async () => {
  await line?.close();
  await service?.close();
  await proxy?.cut();
});

async function lag(): Promise<number> {
  await service.app.get(PeriodicMetrics).readAll();
  const lines = (await (await fetch(`${service.url}/metrics`)).text()).split('\n');
  const series = lines.filter((text) => text.startsWith('tessera_consumer_lag_facts{'));
  expect(series).toHaveLength(lamps.partitions);
  return series.reduce((sum, text) => sum + Number(text.split(' ').at(-1)), 0);
}

it('waits for a database that is cut off, parks nothing, and handles every fact once it is back', async () => {
  const parked = await line.collectDeadLetters(lamps);
  await proxy.cut();
  const ids = Array.from({ length: FACTS }, (_, n) => `lamp ${n}`);
  for (const id of ids) await line.publish(lamps, 'LampLit', { id, version: 1 }, { lit: true });
  await sleep(OUTAGE_MS);
  expect(await lag()).toBe(FACTS);
  expect((await fetch(`${service.url}/health/ready`)).status).toBe(503);
  await proxy.restore();
  await eventually(async () => {
    expect((await service.app.get(Lamps).rememberedIds()).sort()).toEqual([...ids].sort());
  });
  await eventually(async () => expect(await lag()).toBe(0));
  expect(parked).toEqual([]);
});
