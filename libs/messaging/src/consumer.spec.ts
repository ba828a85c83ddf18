import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { authUsers } from '#contracts';
import { createLogger, PeriodicMetrics, Readiness } from '#observability';
import { FactConsumer } from './consumer.ts';
import type { DeadLetters } from './dead-letters.ts';
import { KafkaNames } from './kafka.ts';

/** As far as FactConsumer uses kafkajs: what was run, and a way to say what kafkajs says. */
class ScriptedConsumer {
  readonly events = { GROUP_JOIN: 'join', CRASH: 'crash', DISCONNECT: 'disconnect' };
  runs = 0;
  private readonly listeners = new Map<string, (event: unknown) => void>();

  on(name: string, listener: (event: unknown) => void): void {
    this.listeners.set(name, listener);
  }
  crash(restart: boolean): void {
    this.listeners.get('crash')?.({ payload: { error: new Error('no coordinator'), restart } });
  }
  async connect(): Promise<void> {}
  async subscribe(): Promise<void> {}
  async disconnect(): Promise<void> {}
  async run(): Promise<void> {
    this.runs += 1;
  }
}

async function running(): Promise<{ scripted: ScriptedConsumer; consumer: FactConsumer }> {
  const scripted = new ScriptedConsumer();
  const kafka = { consumer: () => scripted } as unknown as Kafka;
  const logger = createLogger('test', 'silent');
  const nothing = {} as DeadLetters;
  const consumer = new FactConsumer(
    kafka,
    new KafkaNames(''),
    nothing,
    new Readiness(),
    new PeriodicMetrics(logger),
    'test',
    logger,
    1_000,
  );
  consumer.subscribe({ topic: authUsers });
  await consumer.onApplicationBootstrap();
  return { scripted, consumer };
}

const PAST_THE_PAUSE_MS = 1_300;

describe('FactConsumer after a crash', () => {
  it('joins again by itself when kafkajs will not', async () => {
    const { scripted } = await running();
    expect(scripted.runs).toBe(1);
    scripted.crash(false);
    await sleep(PAST_THE_PAUSE_MS);
    expect(scripted.runs).toBe(2);
  });

  it('leaves it to kafkajs when that will', async () => {
    const { scripted } = await running();
    scripted.crash(true);
    await sleep(PAST_THE_PAUSE_MS);
    expect(scripted.runs).toBe(1);
  });

  it('stays away once the service ends', async () => {
    const { scripted, consumer } = await running();
    scripted.crash(false);
    await consumer.beforeApplicationShutdown();
    await sleep(PAST_THE_PAUSE_MS);
    expect(scripted.runs).toBe(1);
  });
});
