import { Module } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { z } from 'zod';
import { type Fact, fact, topic } from '#contracts';
import { randomIds } from '#kernel';
import { MongoModule } from '#persistence';
import { CoreModule } from '#service';
import { eventually, FactLine, RunningService, testSettings } from '#testing';
import { FactConsumer } from './consumer.ts';
import { FactFactory, type PendingFact } from './facts.ts';
import { MessagingModule } from './messaging.module.ts';
import type { Outboxed } from './outbox.ts';
import { OutboxRelay } from './relay.ts';

/**
 * What must not stop the rest: handling that hangs, facts that nobody can read, and what is too large for Kafka.
 * Real: MongoDB and Kafka.
 */
const lamps = topic('test.lamps.v1', 'state', [fact('LampSwitched', z.object({ lit: z.boolean() }))], 1);
const clicks = topic('test.clicks.v1', 'stream', [fact('Clicked', z.object({ n: z.int() }))], 1);

const HANDLING_LIMIT_MS = 300;
/** What a broker takes of one partition in one request, unless it is told otherwise: message.max.bytes. */
const LARGEST_BYTES = 1_048_588;
/** Of a message, beside its value. */
const OVERHEAD_BYTES = 200;

const settings = testSettings();
const seen: number[] = [];
/** The click whose handling never ends. */
const STUCK = 301;
let begun = 0;

type Lamp = Outboxed & { lit: boolean };

@Module({})
class LampModule {}

let service: RunningService;
let line: FactLine;
let collection: Collection<Lamp>;
let relay: OutboxRelay;
let facts: FactFactory;

beforeAll(async () => {
  const module = {
    module: LampModule,
    imports: [
      CoreModule.forService('lamps', settings),
      MongoModule.forService('lamps', settings),
      MessagingModule.forService('lamps', settings, [lamps, clicks], HANDLING_LIMIT_MS),
    ],
    providers: [
      {
        provide: 'subscription',
        inject: [FactConsumer, OutboxRelay],
        useFactory: (consumer: FactConsumer, outboxRelay: OutboxRelay) => {
          outboxRelay.watch('lamps');
          consumer.subscribe({ topic: clicks, each: { Clicked: ({ payload }) => handle(payload.n) } });
          return true;
        },
      },
    ],
  };
  service = await RunningService.start('lamps', module, settings);
  line = await FactLine.open(settings, [lamps, clicks]);
  collection = service.app.get(Db).collection('lamps');
  relay = service.app.get(OutboxRelay);
  facts = service.app.get(FactFactory);
});

afterAll(async () => {
  await line?.close();
  await service?.close();
});

async function handle(n: number): Promise<void> {
  if (n === STUCK) {
    begun++;
    await Promise.withResolvers<void>().promise;
  }
  seen.push(n);
}

const click = (n: number): Promise<Fact> => line.publish(clicks, 'Clicked', { id: 'k', version: 0 }, { n });

/** With more in it than its contract says, which readers ignore. */
const large = (id: string, bytes: number): PendingFact & { note: string } => ({
  ...facts.create(lamps, 'LampSwitched', { id, version: 1 }, { lit: true }),
  note: 'x'.repeat(bytes),
});

const idsIn = (published: readonly Fact[]): Set<string> =>
  new Set(published.map(({ aggregateId }) => aggregateId));

/** Lamps with a fact of that size each, given to the relay at once. */
async function insertLamps(bytes: readonly number[]): Promise<string[]> {
  const ids = bytes.map(() => randomIds.uuid());
  await relay.insertAbsent<Lamp>(
    'lamps',
    ids.map((_id, i) => ({ document: { _id, lit: true }, facts: [large(_id, bytes[i]!)] as const })),
  );
  return ids;
}

describe('the outbox relay', () => {
  it('publishes what is more than Kafka takes at once in several requests', async () => {
    const published = await line.collect(lamps);
    const ids = await insertLamps(Array.from({ length: 8 }, () => LARGEST_BYTES / 4));
    await eventually(() => expect([...idsIn(published)].sort()).toEqual([...ids].sort()));
  });

  it('lets nothing wait for a fact that is too large for Kafka', async () => {
    const published = await line.collect(lamps);
    const [tooLarge, ...others] = await insertLamps([LARGEST_BYTES + 1, 1, 1, 1]);
    await eventually(() => expect([...idsIn(published)]).toEqual(expect.arrayContaining(others)));
    await eventually(async () => {
      const left = await collection.find({ outboxAt: { $exists: true } }).toArray();
      expect(left.map(({ _id }) => _id)).toEqual([tooLarge]);
    });
    await collection.deleteOne({ _id: tooLarge! });
  });
});

describe('the consumer', () => {
  it('goes on after handling that never ends, and parks its fact with the reason', async () => {
    const parked = await line.collectDeadLetters(clicks);
    await click(STUCK);
    await click(302);
    await eventually(() => expect(seen).toContain(302));
    expect(begun).toBe(3);
    await eventually(() => expect(parked.some((text) => text.includes(`"n":${STUCK}`))).toBe(true));
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/tessera_work_hung_total\{work="Clicked of test.clicks.v1",.*\} 3/);
  });

  it('handles facts without a key, and leaves those of a later version to later builds', async () => {
    const parked = await line.collectDeadLetters(clicks);
    const before = parked.length;
    const one = await click(303);
    await line.raw(clicks, 'k', JSON.stringify({ ...one, version: 2, payload: { times: 7 } }));
    await line.raw(clicks, null, JSON.stringify({ ...one, payload: { n: 304 } }));
    await eventually(() => expect(seen).toContain(304));
    expect(parked.slice(before).some((text) => text.includes('"times":7'))).toBe(false);
  });

  it('parks what is as large as Kafka takes, and goes on', async () => {
    const parked = await line.collectDeadLetters(clicks);
    const padding = 'x'.repeat(LARGEST_BYTES - OVERHEAD_BYTES);
    await line.raw(clicks, 'k', padding);
    await click(305);
    await eventually(() => expect(seen).toContain(305));
    await eventually(() => expect(parked).toContain(padding));
  });
});
