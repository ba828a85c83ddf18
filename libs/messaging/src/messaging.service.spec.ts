import { setTimeout as sleep } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { type Collection, Db, MongoNetworkError } from 'mongodb';
import { z } from 'zod';
import { type Fact, fact, topic } from '#contracts';
import { randomIds } from '#kernel';
import { MongoModule } from '#persistence';
import { CoreModule } from '#service';
import { eventually, FactLine, RunningService, testSettings } from '#testing';
import { FactConsumer } from './consumer.ts';
import { FactFactory } from './facts.ts';
import { MessagingModule } from './messaging.module.ts';
import { OUTBOX_CAPACITY, type Outboxed, outboxHasRoom, outboxOf, withFacts } from './outbox.ts';
import { OutboxRelay } from './relay.ts';

/** A small service of its own: one collection with outboxes, one topic in, one topic out. */
const lamps = topic('test.lamps.v1', 'state', [fact('LampSwitched', z.object({ lit: z.boolean() }))], 3);
const clicks = topic('test.clicks.v1', 'stream', [fact('Clicked', z.object({ n: z.int() }))], 3);

const settings = testSettings();
const seen: number[] = [];
const batches: number[][] = [];
/** What the handler does for some clicks. */
const trouble = new Map<number, () => void | Promise<void>>();

type Lamp = Outboxed & { lit: boolean };

@Module({})
class LampModule {}

let service: RunningService;
let line: FactLine;
let db: Db;
let collection: Collection<Lamp>;
let relay: OutboxRelay;
let facts: FactFactory;

beforeAll(async () => {
  const module = {
    module: LampModule,
    imports: [
      CoreModule.forService('lamps', settings),
      MongoModule.forService('lamps', settings),
      MessagingModule.forService('lamps', settings, [lamps, clicks]),
    ],
    providers: [
      {
        provide: 'subscription',
        inject: [FactConsumer, OutboxRelay],
        useFactory: (consumer: FactConsumer, outboxRelay: OutboxRelay) => {
          outboxRelay.watch('lamps');
          consumer.subscribe({
            topic: clicks,
            batch: async (received) => {
              batches.push(received.map(({ payload }) => payload.n));
              if (received.length > 1 && received.some(({ payload }) => payload.n === 13))
                throw new Error('unlucky batch');
            },
            each: {
              Clicked: async ({ payload }) => {
                await trouble.get(payload.n)?.();
                seen.push(payload.n);
              },
            },
          });
          return true;
        },
      },
    ],
  };
  service = await RunningService.start('lamps', module, settings);
  line = await FactLine.open(settings, [lamps, clicks]);
  db = service.app.get(Db);
  collection = db.collection('lamps');
  relay = service.app.get(OutboxRelay);
  facts = service.app.get(FactFactory);
});

afterAll(async () => {
  await line?.close();
  await service?.close();
});

/** The versions that were published of a lamp, without repeats: a fact may come twice. */
const versionsOf = (published: readonly Fact[], id: string): number[] => [
  ...new Set(
    published.filter(({ aggregateId }) => aggregateId === id).map(({ aggregateVersion }) => aggregateVersion),
  ),
];

const click = (n: number, key = 'k'): Promise<Fact> =>
  line.publish(clicks, 'Clicked', { id: key, version: 0 }, { n });
const switched = (id: string, version: number) =>
  facts.create(lamps, 'LampSwitched', { id, version }, { lit: true });

describe('the outbox relay', () => {
  it('publishes what was written with the state, in order, and clears it', async () => {
    const published = await line.collect(lamps);
    const _id = randomIds.uuid();
    await collection.insertOne({
      _id,
      lit: true,
      ...outboxOf(
        [1, 2, 3].map((v) => switched(_id, v)),
        new Date(),
      ),
    });
    relay.publishSoon('lamps', _id);
    await eventually(() => {
      const mine = published.filter(({ aggregateId }) => aggregateId === _id);
      expect(mine.map(({ aggregateVersion }) => aggregateVersion)).toEqual([1, 2, 3]);
    });
    await eventually(async () => {
      expect(await collection.findOne({ _id })).toEqual({ _id, lit: true });
    });
  });

  it('finds by itself what nobody told it of', async () => {
    const published = await line.collect(lamps);
    const _id = randomIds.uuid();
    const before = new Date(Date.now() - 60_000);
    await collection.insertOne({ _id, lit: true, ...outboxOf([switched(_id, 1)], before) });
    await eventually(() => expect(published.some(({ aggregateId }) => aggregateId === _id)).toBe(true));
  });

  it('takes over from a relay that died with its lease', async () => {
    const published = await line.collect(lamps);
    const _id = randomIds.uuid();
    const before = new Date(Date.now() - 60_000);
    const outboxLease = { by: 'a dead one', until: new Date(Date.now() + 1_500) };
    await collection.insertOne({ _id, lit: true, ...outboxOf([switched(_id, 1)], before), outboxLease });
    await sleep(500);
    expect(published.some(({ aggregateId }) => aggregateId === _id)).toBe(false);
    await eventually(() => expect(published.some(({ aggregateId }) => aggregateId === _id)).toBe(true));
  });

  it('loses nothing that is appended while it publishes', async () => {
    const published = await line.collect(lamps);
    const ids = Array.from({ length: 20 }, () => randomIds.uuid());
    await collection.insertMany(ids.map((_id) => ({ _id, lit: true })));
    await Promise.all(
      Array.from({ length: 10 }, async (_, round) => {
        for (const _id of ids) {
          const update = withFacts<Lamp>({ $set: { lit: true } }, [switched(_id, round + 1)], new Date());
          await collection.updateOne({ _id, ...outboxHasRoom<Lamp>() }, update);
          relay.publishSoon('lamps', _id);
        }
      }),
    );
    await eventually(() => {
      const mine = published.filter(({ aggregateId }) => ids.includes(aggregateId));
      expect(new Set(mine.map(({ id }) => id)).size).toBe(200);
    });
    await eventually(async () =>
      expect(await collection.countDocuments({ outboxAt: { $exists: true } })).toBe(0),
    );
  });

  it('publishes the facts of its own writes in order, however close they follow each other', async () => {
    const published = await line.collect(lamps);
    const ids = Array.from({ length: 20 }, () => randomIds.uuid());
    await Promise.all(
      ids.map(async (_id) => {
        await relay.insert<Lamp>('lamps', { _id, lit: false }, [switched(_id, 1)]);
        for (let version = 2; version <= 10; version++) {
          const change = { $set: { lit: version % 2 === 0 } };
          expect(await relay.update<Lamp>('lamps', { _id }, change, [switched(_id, version)])).toBe(true);
        }
      }),
    );
    await eventually(() => {
      for (const _id of ids) expect(versionsOf(published, _id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    });
    await eventually(async () => {
      const left = await collection.find({ _id: { $in: ids } }).toArray();
      expect(left.map(({ outbox, outboxAt, outboxLease }) => [outbox, outboxAt, outboxLease])).toEqual(
        ids.map(() => [undefined, undefined, undefined]),
      );
    });
  });

  it('inserts of many documents those that are absent, and publishes their first facts before later ones', async () => {
    const published = await line.collect(lamps);
    const ids = Array.from({ length: 20 }, () => randomIds.uuid());
    const fresh = () =>
      ids.map((_id) => ({ document: { _id, lit: false }, facts: [switched(_id, 1)] as const }));
    await Promise.all([1, 2, 3].map(() => relay.insertAbsent<Lamp>('lamps', fresh())));
    await Promise.all(
      ids.map(async (_id) => {
        for (const version of [2, 3]) {
          await relay.update<Lamp>('lamps', { _id }, { $set: { lit: true } }, [switched(_id, version)]);
        }
      }),
    );
    await relay.insertAbsent<Lamp>('lamps', fresh());
    await eventually(() => {
      for (const _id of ids) expect(versionsOf(published, _id)).toEqual([1, 2, 3]);
    });
    await eventually(async () => {
      const left = await collection.find({ _id: { $in: ids } }).toArray();
      expect(left).toEqual(ids.map((_id) => ({ _id, lit: true })));
    });
    const mine = published.filter(({ aggregateId }) => ids.includes(aggregateId));
    expect(new Set(mine.map(({ id }) => id)).size).toBe(60);
  });

  it('leaves documents that are there as they are, and publishes what waits in them unless another relay does', async () => {
    const published = await line.collect(lamps);
    const [left, leased] = [randomIds.uuid(), randomIds.uuid()];
    const waiting = (_id: string) => ({ _id, lit: true, ...outboxOf([switched(_id, 1)], new Date()) });
    const outboxLease = { by: 'another', until: new Date(Date.now() + 60_000) };
    await collection.insertMany([waiting(left), { ...waiting(leased), outboxLease }]);
    await relay.insertAbsent<Lamp>(
      'lamps',
      [left, leased].map((_id) => ({ document: { _id, lit: false }, facts: [switched(_id, 7)] })),
    );
    await eventually(() => expect(versionsOf(published, left)).toEqual([1]));
    await eventually(async () =>
      expect(await collection.findOne({ _id: left })).toEqual({ _id: left, lit: true }),
    );
    expect(await collection.findOne({ _id: leased })).toMatchObject({ lit: true, outboxLease });
    expect(versionsOf(published, leased)).toEqual([]);
    await collection.deleteOne({ _id: leased });
  });

  it('publishes nothing past the lease of another relay, and then the older fact first', async () => {
    const published = await line.collect(lamps);
    const _id = randomIds.uuid();
    const outboxLease = { by: 'another', until: new Date(Date.now() + 2_500) };
    await collection.insertOne({ _id, lit: true, ...outboxOf([switched(_id, 1)], new Date()), outboxLease });
    expect(await relay.update<Lamp>('lamps', { _id }, { $set: { lit: false } }, [switched(_id, 2)])).toBe(
      true,
    );
    await sleep(1_500);
    expect(versionsOf(published, _id)).toEqual([]);
    await eventually(() => expect(versionsOf(published, _id)).toEqual([1, 2]));
  });

  it('changes nothing when the condition of an update does not hold, or the outbox is full', async () => {
    const published = await line.collect(lamps);
    const [stale, full] = [randomIds.uuid(), randomIds.uuid()];
    const facts64 = Array.from({ length: OUTBOX_CAPACITY }, (_, i) => switched(full, i + 1));
    await collection.insertMany([
      { _id: stale, lit: true },
      { _id: full, lit: true, outbox: facts64 },
    ]);
    const change = { $set: { lit: false } };
    expect(await relay.update<Lamp>('lamps', { _id: stale, lit: false }, change, [switched(stale, 1)])).toBe(
      false,
    );
    expect(await relay.update<Lamp>('lamps', { _id: full }, change, [switched(full, 65)])).toBe(false);
    expect(await relay.update<Lamp>('lamps', { _id: full }, change, [])).toBe(false);
    expect(await collection.findOne({ _id: stale })).toEqual({ _id: stale, lit: true });
    expect((await collection.findOne({ _id: full }))?.lit).toBe(true);
    await sleep(300);
    expect(versionsOf(published, stale)).toEqual([]);
    await collection.deleteOne({ _id: full });
  });

  it('lets a document hold back only so much', async () => {
    const _id = randomIds.uuid();
    const full = Array.from({ length: OUTBOX_CAPACITY }, (_, i) => switched(_id, i + 1));
    await collection.insertOne({ _id, lit: true, outbox: full });
    const refused = await collection.updateOne({ _id, ...outboxHasRoom<Lamp>() }, { $set: { lit: false } });
    expect(refused.matchedCount).toBe(0);
    await collection.deleteOne({ _id });
  });
});

describe('the consumer', () => {
  it('parks what is not of its form, with the reason, and goes on', async () => {
    const parked = await line.collectDeadLetters(clicks);
    await line.raw(clicks, 'k', 'no JSON at all');
    await line.raw(clicks, 'k', JSON.stringify({ ...(await click(1)), payload: { n: 'one' } }));
    await click(2);
    await eventually(() => {
      expect(parked).toHaveLength(2);
      expect(seen).toContain(2);
    });
  });

  it('ignores facts of types that it does not know yet', async () => {
    const parked = await line.collectDeadLetters(clicks);
    const before = parked.length;
    await line.raw(clicks, 'k', JSON.stringify({ ...(await click(3)), type: 'DoubleClicked' }));
    await click(4);
    await eventually(() => expect(seen).toContain(4));
    expect(parked.slice(before).some((text) => text.includes('DoubleClicked'))).toBe(false);
  });

  it('tries a fact that fails again, and parks it alone when that does not help', async () => {
    const parked = await line.collectDeadLetters(clicks);
    let failures = 0;
    trouble.set(5, () => {
      if (failures++ < 2) throw new Error('a passing failure');
    });
    trouble.set(6, () => {
      throw new Error('a lasting failure');
    });
    await click(5);
    await click(6);
    await click(7);
    await eventually(() => expect(seen).toEqual(expect.arrayContaining([5, 7])), 15_000);
    expect(seen).not.toContain(6);
    await eventually(() => expect(parked.some((text) => text.includes('"n":6'))).toBe(true));
  });

  it('waits for an engine that is down, longer than it has patience for a fact, and parks nothing', async () => {
    const parked = await line.collectDeadLetters(clicks);
    const back = Date.now() + 7_000;
    trouble.set(8, () => {
      if (Date.now() < back) throw new MongoNetworkError('connection refused');
    });
    await click(8);
    await eventually(() => expect(seen).toContain(8), 20_000);
    expect(parked.some((text) => text.includes('"n":8'))).toBe(false);
  });

  it('keeps the facts of a key in order, and lets no key wait for another', async () => {
    const free = Promise.withResolvers<void>();
    trouble.set(101, () => free.promise);
    // More keys than the topic has partitions, so that some share the partition of the one that is stuck.
    const others = Array.from({ length: 20 }, (_, n) => n + 201);
    await line.publishTogether(clicks, 'Clicked', [
      ...[101, 102, 103].map((n) => ({ id: 'stuck', version: 0, payload: { n } })),
      ...others.map((n) => ({ id: `other ${n}`, version: 0, payload: { n } })),
    ]);
    await eventually(() => expect(seen).toEqual(expect.arrayContaining(others)));
    expect(seen).not.toContain(101);
    free.resolve();
    await eventually(() => expect(seen).toContain(103));
    expect(seen.filter((n) => n > 100 && n < 200)).toEqual([101, 102, 103]);
  });

  it('handles a failing batch fact by fact', async () => {
    for (const n of [12, 13, 14]) await click(n, 'one key');
    await eventually(() => {
      expect(seen).toEqual(expect.arrayContaining([12, 13, 14]));
      expect(batches.flat()).toEqual(expect.arrayContaining([12, 13, 14]));
    });
  });
});
