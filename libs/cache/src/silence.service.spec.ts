import type { Redis } from 'ioredis';
import { createLogger } from '#observability';
import { EngineProxy, eventually, testSettings } from '#testing';
import { Broadcast } from './broadcast.ts';
import { openRedis } from './redis.ts';

/** Real: Redis. The way of the one who listens leads through a proxy that forgets its connections. */
const BACK_WITHIN_MS = 13_000;

const settings = testSettings();
const logger = createLogger('test', 'silent');
let proxy: EngineProxy;
let publisher: Redis;
let subscriber: Redis;
let broadcast: Broadcast;

beforeAll(async () => {
  const way = new URL(settings.REDIS_URL);
  proxy = await EngineProxy.open(way.hostname, Number(way.port));
  way.host = proxy.address;
  publisher = openRedis(settings, 'test', logger);
  subscriber = openRedis({ ...settings, REDIS_URL: way.href }, 'test-subscriber', logger);
  broadcast = new Broadcast(publisher, subscriber, logger);
  broadcast.onModuleInit();
});

afterAll(async () => {
  broadcast?.onApplicationShutdown();
  publisher?.disconnect();
  subscriber?.disconnect();
  await proxy?.cut();
});

it('who only listens notices that nothing can come any more, and is told of the gap', async () => {
  const heard: string[] = [];
  let gaps = 0;
  broadcast.onGap(() => gaps++);
  await broadcast.subscribe('news', (message) => heard.push(message));
  await broadcast.publish('news', 'before');
  await eventually(() => expect(heard).toEqual(['before']));
  proxy.strand();
  await broadcast.publish('news', 'lost');
  await eventually(() => expect(gaps).toBe(1), BACK_WITHIN_MS);
  await eventually(async () => {
    await broadcast.publish('news', 'after');
    expect(heard).toContain('after');
  });
  expect(heard).not.toContain('lost');
});
