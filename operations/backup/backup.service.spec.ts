import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Long, type Db, Int32, Double } from 'mongodb';
import { ticketsTickets, topic } from '#contracts';
import { FactProducer } from '#messaging';
import { eventually, FactLine, testSettings } from '#testing';
import type { EngineSettings } from '../house/engines.ts';
import { House } from '../house/house.ts';
import { Refused } from '../house/tool.ts';
import { forgetBefore } from './load-topics.ts';
import { MANIFEST_FILE, readManifest } from './manifest.ts';
import { restoreBackup } from './restore-backup.ts';
import { takeBackup } from './take-backup.ts';
import { locking, pausing } from './stillness.ts';

/**
 * Real: all three engines, the paused processes and the guard. The houses are the prefixes of their names. Not tried
 * here: the lock of a `mongod`, for the engine of the tests is the embedded one.
 */
const stream = topic('test.turns.v1', 'stream', [], 2);
const folder = mkdtempSync(join(tmpdir(), 'backup-'));
const secretsFile = join(folder, 'of-the-house.json');
const calm = (): AbortSignal => new AbortController().signal;
/** Of a house in which nothing runs. */
const still = (pids: readonly number[] = []) => {
  const [house] = houses;
  if (!house) throw new Error('no house is open');
  return pausing(house.mongo, pids, { engineIsOurs: false });
};
const houses: House[] = [];
let line: FactLine;

/** A house with what a restore could get wrong: kinds of numbers, gaps in offsets, headers, markers, keys in Redis. */
async function fullHouse(): Promise<{ house: House; tickets: Db }> {
  const house = await openHouse();
  const tickets = house.database('tickets');
  await tickets.collection('orders').insertMany(
    Array.from({ length: 2_500 }, (_, i) => ({
      units: new Int32(i),
      total: new Double(7),
      sum: Long.fromString('9007199254740993'),
      at: new Date(i),
      nested: { list: [1, 'two', null, /three/i] },
    })),
  );
  await house.mongo
    .db(`${house.settings.MONGODB_DATABASE_PREFIX}payments_test_provider`)
    .collection('intents')
    .insertOne({ status: 'CAPTURED' });
  await house.redis.set('{event:E}:sale', 'stock');
  return { house, tickets };
}

async function openHouse(settings: EngineSettings = testSettings()): Promise<House> {
  const house = await House.open(settings);
  houses.push(house);
  return house;
}

beforeAll(() => writeFileSync(secretsFile, '{"KEY":"of this house"}'));

afterAll(async () => {
  await line?.close();
  for (const house of houses) {
    for (const db of (await house.databases()).values()) await db.dropDatabase();
    await house.close();
  }
  rmSync(folder, { recursive: true });
});

describe('backup and restore', () => {
  const place = join(folder, 'monday');
  let original: { house: House; tickets: Db };
  let restored: House;

  beforeAll(async () => {
    original = await fullHouse();
    const { house } = original;
    line = await FactLine.open(house.settings as never, [ticketsTickets, stream]);
    for (let i = 0; i < 40; i++) await line.raw(ticketsTickets, `ticket ${i % 7}`, `{"n":${i}}`);
    for (let i = 0; i < 10; i++) await line.raw(stream, `turn ${i}`, `{"n":${i}}`);
    const name = house.names.topic(stream.name);
    // As after retention: a partition that no longer begins at 0.
    await forgetBefore(house, name, [
      { partition: 0, from: 1 },
      { partition: 1, from: 1 },
    ]);
    const producer = new FactProducer(house.kafka, house.names);
    await producer.send([
      {
        topic: house.names.deadLetters(stream.name),
        messages: [
          {
            key: null,
            value: Buffer.from([0xff, 0x00]),
            headers: { 'x-error': 'stuck' },
            timestamp: '1767225600000',
          },
          { key: null, value: null, headers: { 'x-done': '0', 'x-done-by': 'drop' } },
        ],
      },
    ]);
    await producer.onApplicationShutdown();
    await takeBackup(house, {
      folder: place,
      limitMs: 10_000,
      secretsFile,
      standStill: still(),
      signal: calm(),
    });
    restored = await openHouse();
  }, 60_000);

  it('is private, and says what it holds', () => {
    const manifest = readManifest(place);
    expect(
      manifest.collections.map(({ database, collection, documents }) => [database, collection, documents]),
    ).toEqual([
      ['payments_test_provider', 'intents', 1],
      ['tickets', 'orders', 2_500],
    ]);
    expect(manifest.writesHeldMs).toBeGreaterThan(0);
    expect(statSync(place).mode & 0o777).toBe(0o700);
    for (const { file } of manifest.collections)
      expect(statSync(join(place, file.path)).mode & 0o777).toBe(0o600);
  });

  it('comes back byte for byte, at the same offsets, into a house of another name', async () => {
    const keys = join(folder, 'new', 'secrets.json');
    await restored.redis.set('left', 'over');
    await restoreBackup(restored, { folder: place, replace: true, secretsFile: keys });

    expect(await rawDocuments(restored, 'orders')).toEqual(await rawDocuments(original.house, 'orders'));
    expect(await restored.redis.exists('left')).toBe(0);
    expect(readFileSync(keys, 'utf8')).toBe('{"KEY":"of this house"}');
    expect(statSync(keys).mode & 0o777).toBe(0o600);

    const again = join(folder, 'again');
    const second = await takeBackup(restored, {
      folder: again,
      limitMs: 10_000,
      secretsFile: undefined,
      standStill: still(),
      signal: calm(),
    });
    expect(second.secrets).toBeUndefined();
    expect(second.topics).toEqual(readManifest(place).topics);
  });

  it('refuses a house that holds something', async () => {
    await expect(
      restoreBackup(restored, { folder: place, replace: false, secretsFile: undefined }),
    ).rejects.toThrow(/not empty \(documents in .*; nothing was restored.\nTo give up/s);
    const empty = await openHouse();
    await expect(restoreBackup(empty, { folder: place, replace: false, secretsFile })).rejects.toThrow(
      /not empty \(keys in/,
    );
  });

  it('refuses a house whose services run', async () => {
    const consumer = restored.kafka.consumer({ groupId: restored.names.group('tickets') });
    await consumer.connect();
    await consumer.subscribe({ topics: [restored.names.topic(stream.name)] });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.run({ eachMessage: () => Promise.resolve() });
    await joined;
    const wish = { folder: place, replace: true, secretsFile: undefined };
    await expect(restoreBackup(restored, wish)).rejects.toThrow(/are running \(test_\w+_tickets\)/);
    await consumer.disconnect();
  });

  it('refuses a backup that is damaged or not finished, before it touches anything', async () => {
    const wish = { folder: place, replace: true, secretsFile: undefined };
    const path = join(place, readManifest(place).collections[1]?.file.path ?? '');
    const intact = readFileSync(path);
    writeFileSync(path, intact.subarray(0, intact.length - 1));
    await expect(restoreBackup(restored, wish)).rejects.toThrow(/damaged.*tickets\/orders\.bson\.gz/s);
    expect(await restored.database('tickets').collection('orders').countDocuments()).toBe(2_500);
    writeFileSync(path, intact);

    const unfinished = mkdtempSync(join(folder, 'unfinished-'));
    await expect(restoreBackup(restored, { ...wish, folder: unfinished })).rejects.toThrow(
      /holds no manifest.json/,
    );
    writeFileSync(join(unfinished, MANIFEST_FILE), '{"format":99}');
    await expect(restoreBackup(restored, { ...wish, folder: unfinished })).rejects.toThrow(
      /not one of format 1/,
    );
  });

  it('is refused into a folder that holds something', async () => {
    const wish = {
      folder: place,
      limitMs: 10_000,
      secretsFile: undefined,
      standStill: still(),
      signal: calm(),
    };
    await expect(takeBackup(original.house, wish)).rejects.toThrow(Refused);
  });
});

/** A process that writes pairs, first here, then there, until it is ended; it prints what was acknowledged. */
const WRITER = `
  import { MongoClient } from 'mongodb';
  const client = await new MongoClient(process.env.MONGODB_URI).connect();
  const [first, second] = ['tickets', 'checkin'].map((name) => client.db(process.argv[1] + name).collection('pairs'));
  for (let i = 0; ; i++) {
    await first.insertOne({ i });
    await second.insertOne({ i });
    process.stdout.write(i + '\\n');
  }`;

async function startWriter(house: House) {
  const prefix = house.settings.MONGODB_DATABASE_PREFIX;
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, prefix], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const writer = { pid: child.pid ?? 0, acknowledged: -1, end: () => child.kill('SIGKILL') };
  child.stdout.on('data', (text: Buffer) => {
    writer.acknowledged = Number(text.toString().trim().split('\n').at(-1));
  });
  await eventually(() => expect(writer.acknowledged).toBeGreaterThan(20));
  return writer;
}

describe('a backup under load', () => {
  it('is of one moment: every write acknowledged before is in it, and of two writes never only the later', async () => {
    const house = await openHouse();
    const writer = await startWriter(house);
    const before = writer.acknowledged;
    const manifest = await takeBackup(house, {
      folder: join(folder, 'load'),
      limitMs: 10_000,
      standStill: still([writer.pid]),
      secretsFile: undefined,
      signal: calm(),
    });
    const after = writer.acknowledged;
    await eventually(() => expect(writer.acknowledged).toBeGreaterThan(after));
    writer.end();
    const counts = new Map(manifest.collections.map(({ database, documents }) => [database, documents]));
    const [ofFirst, ofSecond] = [counts.get('tickets') ?? 0, counts.get('checkin') ?? 0];
    expect(ofSecond).toBeGreaterThan(before);
    expect(ofFirst - ofSecond).toBeGreaterThanOrEqual(0);
    expect(ofFirst - ofSecond).toBeLessThanOrEqual(1);
  });

  it('gives up at its limit, and when it is interrupted, with writes going on and no manifest', async () => {
    const house = await openHouse();
    const writer = await startWriter(house);
    const wish = { limitMs: 1, secretsFile: undefined, standStill: still([writer.pid]) };
    const late = takeBackup(house, { ...wish, folder: join(folder, 'late'), signal: calm() });
    await expect(late).rejects.toThrow(/stood still/);
    const interrupted = AbortSignal.abort(new Refused('Interrupted'));
    const cut = takeBackup(house, { ...wish, folder: join(folder, 'cut'), signal: interrupted });
    await expect(cut).rejects.toThrow('Interrupted');
    const after = writer.acknowledged;
    await eventually(() => expect(writer.acknowledged).toBeGreaterThan(after));
    writer.end();
    expect(() => readManifest(join(folder, 'late'))).toThrow(Refused);
  });

  it('is refused where writes can be stopped in no way that is safe', async () => {
    const house = await openHouse();
    await expect(locking(house.mongo, house.settings.MONGODB_URI)(1_000)).rejects.toThrow(
      /cannot be locked under load/,
    );
  });
});

describe('the guard', () => {
  it('lets writes go on when the tool hangs', async () => {
    const house = await openHouse();
    const writer = await startWriter(house);
    // Nobody releases it. The limit is over at once; two seconds later the guard acts.
    await still([writer.pid])(1);
    const paused = writer.acknowledged;
    await eventually(() => expect(writer.acknowledged).toBeGreaterThan(paused));
    writer.end();
  });
});

async function rawDocuments(house: House, collection: string): Promise<Buffer[]> {
  const found = await house
    .database('tickets')
    .collection(collection)
    .find({}, { raw: true })
    .sort({ _id: 1 })
    .toArray();
  return found as unknown as Buffer[];
}
