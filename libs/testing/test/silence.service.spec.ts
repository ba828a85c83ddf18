import { setTimeout as sleep } from 'node:timers/promises';
import { EngineProxy, eventually, FactLine, type GraphAnswer, RunningService, testSettings } from '#testing';
import { lamps, Lamps, lampsModule } from './lamps.ts';

/**
 * Real: MongoDB, Redis and Kafka. The ways to them lead through proxies that forget the connections there are, as a
 * router does that is restarted: nothing comes through them any more, and neither end is told.
 */
const LIGHT = 'mutation($id: ID!) { lightLamp(id: $id) { id } }';
/** The slowest is MongoDB, whose driver waits 10 s for an answer; see "what waits how long" in docs/operating.md. */
const BACK_WITHIN_MS = 15_000;
const HANGS_FOR_MS = 1_000;

const engines = testSettings();
const proxies: EngineProxy[] = [];
let service: RunningService;
let line: FactLine;

beforeAll(async () => {
  const throughProxy = async (address: string): Promise<string> => {
    const way = new URL(address);
    const proxy = await EngineProxy.open(way.hostname, Number(way.port));
    proxies.push(proxy);
    way.host = proxy.address;
    return way.href;
  };
  const broker = await EngineProxy.openToKafka(engines.KAFKA_BROKERS[0]!);
  proxies.push(broker);
  const settings = {
    ...engines,
    MONGODB_URI: await throughProxy(engines.MONGODB_URI),
    REDIS_URL: await throughProxy(engines.REDIS_URL),
    KAFKA_BROKERS: [broker.address],
  };
  service = await RunningService.start('lamps', lampsModule(settings), settings);
  line = await FactLine.open(engines, [lamps]);
});

afterAll(async () => {
  await line?.close();
  await service?.close();
  for (const proxy of proxies) await proxy.cut();
});

const light = (id: string): Promise<GraphAnswer> => service.graph.ask(LIGHT, { id });

/** Lit here, told to Kafka, heard from there and remembered. */
async function goesAllTheWay(id: string): Promise<void> {
  await eventually(async () => expect((await light(id)).errors).toBeUndefined(), BACK_WITHIN_MS);
  await eventually(async () => expect(await service.app.get(Lamps).rememberedIds()).toContain(id));
}

it('goes on by itself when every engine was silent for a while', async () => {
  await goesAllTheWay('before the silence');
  for (const proxy of proxies) proxy.hang();
  const lit = light('in the silence');
  await sleep(HANGS_FOR_MS);
  for (const proxy of proxies) proxy.resume();
  expect((await lit).errors).toBeUndefined();
  await goesAllTheWay('after the silence');
});

it('finds new ways by itself when the connections to all engines have been forgotten', async () => {
  for (const proxy of proxies) proxy.strand();
  const askedAt = performance.now();
  const { errors } = await light('forgotten');
  expect(errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE' });
  expect(performance.now() - askedAt).toBeLessThan(6_000);
  await goesAllTheWay('found again');
});
