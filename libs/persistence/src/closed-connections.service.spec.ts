import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { type MongoClient, MongoNetworkError } from 'mongodb';
import { testSettings } from '#testing';
import { isMongoDown } from './errors.ts';
import { GroupedCollection } from './grouped-collection.ts';
import { databaseOf, openMongo } from './mongo.ts';

/** Real: MongoDB and its driver. */
const settings = testSettings();
/** Of Node.js: told of every connection that is opened. */
const OPENED = 'net.client.socket';
const SOON_MS = 3_000;

const sockets: Socket[] = [];
const note = (message: unknown): void => void sockets.push((message as { socket: Socket }).socket);
let client: MongoClient;

beforeAll(async () => {
  subscribe(OPENED, note);
  client = await openMongo(settings);
});

afterAll(async () => {
  unsubscribe(OPENED, note);
  await client.close();
});

/** As when MongoDB is killed: the driver hears of it a moment later, and uses the connections meanwhile. */
const CUTS: [what: string, cut: (socket: Socket) => unknown][] = [
  ['is closing', (socket) => socket.destroy()],
  ['the server has ended', endedByTheOtherParty],
];

/** What Node.js makes of a write to such a socket. */
function endedByTheOtherParty(socket: Socket): void {
  socket.write = () => {
    socket.destroy(Object.assign(new Error('ended by the other party'), { code: 'EPIPE' }));
    return false;
  };
}

function all(cut: (socket: Socket) => unknown): void {
  for (const socket of sockets.splice(0)) cut(socket);
}

const withinTime = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error('it hangs')), SOON_MS).unref()),
  ]);

describe.each(CUTS)('an operation on a connection that %s', (_what, cut) => {
  it('fails as when MongoDB is away, if it is a write', async () => {
    const lamps = databaseOf(client, settings, 'closed').collection<{ _id: string }>('lamps');
    await lamps.findOne({});
    all(cut);
    const update = lamps.updateOne({ _id: 'a' }, { $set: { lit: true } });
    const failure: unknown = await withinTime(update).catch((error: unknown) => error);
    expect([failure, isMongoDown(failure)]).toEqual([expect.any(MongoNetworkError), true]);
  });

  it('is done by another connection, if it reads', async () => {
    const lamps = new GroupedCollection<{ _id: string }>(databaseOf(client, settings, 'closed'), 'lamps');
    await lamps.findById('a');
    all(cut);
    await expect(withinTime(lamps.findById('a'))).resolves.toBeUndefined();
    await expect(withinTime(lamps.findById('a'))).resolves.toBeUndefined();
  });
});
