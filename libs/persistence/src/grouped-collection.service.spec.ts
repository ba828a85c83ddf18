import type { Db, MongoClient } from 'mongodb';
import { testSettings } from '#testing';
import { isDuplicateKey } from './errors.ts';
import { GroupedCollection } from './grouped-collection.ts';
import { databaseOf, openMongo } from './mongo.ts';

/** Real: MongoDB and its driver. */
interface Lamp {
  _id: string;
  lit: number;
  colour?: string;
}

const settings = testSettings();
const MANY = 300;
let client: MongoClient;
let db: Db;
let requests = 0;

beforeAll(async () => {
  client = await openMongo(settings);
  db = databaseOf(client, settings, 'grouped');
  client.on('connectionCheckedOut', () => requests++);
});

afterAll(async () => {
  await db.dropDatabase();
  await client.close();
});

let lamps: GroupedCollection<Lamp>;
let number = 0;

beforeEach(() => {
  lamps = new GroupedCollection(db, `lamps-${++number}`);
  requests = 0;
});

const ids = Array.from({ length: MANY }, (_, n) => `lamp ${n}`);

async function light(wanted: readonly string[]): Promise<void> {
  await Promise.all(wanted.map((_id) => lamps.insertOne({ _id, lit: 0 })));
}

it('writes and reads many documents with few requests', async () => {
  await light(ids);
  expect(requests).toBeLessThan(MANY / 10);
  requests = 0;
  const found = await Promise.all(ids.map((id) => lamps.findById(id)));
  expect(found.map((lamp) => lamp?._id)).toEqual(ids);
  expect(requests).toBeLessThan(MANY / 10);
});

it('tells each write of a request what became of it', async () => {
  await light(['known']);
  const outcomes = await Promise.allSettled([
    lamps.insertOne({ _id: 'new', lit: 0 }),
    lamps.insertOne({ _id: 'known', lit: 0 }),
    lamps.updateOne({ _id: 'known', lit: 0 }, { $inc: { lit: 1 } }),
    lamps.updateOne({ _id: 'known', lit: 7 }, { $inc: { lit: 1 } }),
    lamps.updateOne({ _id: 'unknown' }, { $inc: { lit: 1 } }),
    lamps.updateOne({ _id: 'made' }, { $inc: { lit: 1 } }, { upsert: true }),
    lamps.updateOne({ _id: 'known', lit: 8 }, { $inc: { lit: 1 } }, { upsert: true }),
    lamps.updateOne({ _id: 'new' }, { $inc: { colour: 1 } as never }),
    lamps.updateOne({ _id: 'new' }, { $set: { colour: 'red' }, $inc: { colour: 1 } } as never),
  ]);
  const told = outcomes.map((outcome) =>
    outcome.status === 'fulfilled' ? (outcome.value ?? 'inserted') : isDuplicateKey(outcome.reason),
  );
  expect(told).toEqual(['inserted', true, true, false, false, true, true, true, false]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
  ]);
});

it('decides every one of many conditional updates of a document by itself', async () => {
  await light(['hot']);
  const taken = await Promise.all(
    ids.map(() => lamps.updateOne({ _id: 'hot', lit: { $lt: 40 } }, { $inc: { lit: 1 } })),
  );
  expect(taken.filter(Boolean)).toHaveLength(40);
  expect((await lamps.findById('hot'))?.lit).toBe(40);
});

it('reads what was written before the call', async () => {
  await light(['seen']);
  for (let lit = 1; lit <= 50; lit++) {
    const others = ids.slice(0, 20).map((id) => lamps.findById(id));
    await lamps.updateOne({ _id: 'seen' }, { $set: { lit } });
    expect((await lamps.findById('seen'))?.lit).toBe(lit);
    await Promise.all(others);
  }
});

it('leaves out fields that are undefined, as the driver does', async () => {
  await lamps.insertOne({ _id: 'plain', lit: 1, colour: undefined });
  expect(await lamps.findById('plain')).toEqual({ _id: 'plain', lit: 1 });
});

it('fails what cannot be sent alone, and nothing else', async () => {
  const endless: { self?: unknown } = {};
  endless.self = endless;
  const outcomes = await Promise.allSettled([
    lamps.insertOne({ _id: 'good', lit: 1 }),
    lamps.insertOne({ _id: 'endless', lit: endless as never }),
    lamps.insertOne({ _id: 'too', lit: 2 }),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await lamps.findById('too')).toEqual({ _id: 'too', lit: 2 });
});
