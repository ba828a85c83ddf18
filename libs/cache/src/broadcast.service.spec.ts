import { Redis } from 'ioredis';
import { createLogger } from '#observability';
import { eventually, testSettings } from '#testing';
import { Broadcast } from './broadcast.ts';

/** Real: Redis. */
const settings = testSettings();
let publisher: Redis;
let subscriber: Redis;
let broadcast: Broadcast;

beforeEach(() => {
  publisher = new Redis(settings.REDIS_URL, { keyPrefix: settings.REDIS_KEY_PREFIX });
  subscriber = new Redis(settings.REDIS_URL, { keyPrefix: settings.REDIS_KEY_PREFIX });
  broadcast = new Broadcast(publisher, subscriber, createLogger('test', 'silent'));
  broadcast.onModuleInit();
});

afterEach(() => {
  broadcast.onApplicationShutdown();
  publisher.disconnect();
  subscriber.disconnect();
});

/** What Redis tells until it is stopped; publishes until something was heard. */
async function hears(channel: string, heard: readonly string[]): Promise<void> {
  await eventually(async () => {
    await broadcast.publish(channel, 'hello');
    expect(heard).toContain('hello');
  });
}

/** The next subscription that is sent is refused. */
function refuseOnce(): void {
  const subscribe = subscriber.subscribe.bind(subscriber);
  subscriber.subscribe = (() => {
    subscriber.subscribe = subscribe;
    return Promise.reject(new Error('Connection is closed.'));
  }) as typeof subscriber.subscribe;
}

describe('who listens', () => {
  it('hears what is told until it stops', async () => {
    const heard: string[] = [];
    const stop = await broadcast.subscribe('news', (message) => heard.push(message));
    await hears('news', heard);
    await stop();
    heard.length = 0;
    await broadcast.publish('news', 'more');
    const [, left] = (await publisher.pubsub('NUMSUB', `${settings.REDIS_KEY_PREFIX}news`)) as [
      string,
      number,
    ];
    expect(left).toBe(0);
    expect(heard).toEqual([]);
  });

  it('hears it also when the first attempt to listen failed', async () => {
    const heard: string[] = [];
    const listener = (message: string): number => heard.push(message);
    refuseOnce();
    await expect(broadcast.subscribe('news', listener)).rejects.toThrow('closed');
    await broadcast.subscribe('news', listener);
    await hears('news', heard);
  });

  it('that comes while another is being subscribed shares its fate', async () => {
    const heard: string[] = [];
    refuseOnce();
    const both = await Promise.allSettled([
      broadcast.subscribe('news', () => undefined),
      broadcast.subscribe('news', (message) => heard.push(message)),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await broadcast.subscribe('news', (message) => heard.push(message));
    await hears('news', heard);
    expect(new Set(heard).size).toBe(heard.length);
  });

  it('is not disturbed by another that fails at a message', async () => {
    const heard: string[] = [];
    await broadcast.subscribe('news', () => {
      throw new Error('cannot read this');
    });
    await broadcast.subscribe('news', (message) => heard.push(message));
    await hears('news', heard);
  });
});
