import { MongoClient, type Db } from 'mongodb';
import type { MongoSettings } from '#config';
import { isTracing } from '#observability';
import { endOperationsOfClosedConnections } from './closed-connections.ts';
import { measureMongo, traceMongo } from './mongo-telemetry.ts';

/** The uri carries options that would weaken what the platform relies on. */
export class UnsafeMongoSettings extends Error {
  override readonly name = 'UnsafeMongoSettings';
}

/** The server lacks what the platform relies on. */
export class MongoTooOld extends Error {
  override readonly name = 'MongoTooOld';
}

/** The first with the command `bulkWrite`: see {@link GroupCommit}. */
const OLDEST_MAJOR = 8;

/**
 * Opened at the start, and anew when they break: else the first requests that come together wait for connections, of
 * which the driver opens two at a time.
 */
const OPEN_CONNECTIONS = 8;

/**
 * How long MongoDB may take to answer a command. The driver tries a read again, so that one may last twice as long. Shorter
 * than what waits for it: the handling of a fact, a round of a sweep.
 */
const ANSWERED_WITHIN_MS = 10_000;

/** Options that a connection string may not set: they are decided here, once, for every service. */
const DECIDED_HERE = ['w', 'journal', 'readConcernLevel', 'readPreference', 'retryWrites'];

/**
 * The one way to open MongoDB: majority-acknowledged journalled writes, majority reads from the primary.
 * Writes are retried by the driver only where the engine has sessions; otherwise an unknown outcome is read back.
 * @throws UnsafeMongoSettings, MongoTooOld
 */
export async function openMongo(
  settings: MongoSettings,
  /** Longer for those who ask questions that take long. */
  answeredWithinMs = ANSWERED_WITHIN_MS,
): Promise<MongoClient> {
  const query = new URL(settings.MONGODB_URI).searchParams;
  const refused = DECIDED_HERE.filter((option) => query.has(option));
  if (refused.length > 0) throw new UnsafeMongoSettings(`MONGODB_URI must not set ${refused.join(', ')}.`);
  endOperationsOfClosedConnections();
  const client = new MongoClient(settings.MONGODB_URI, {
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    retryWrites: settings.MONGODB_SESSIONS,
    retryReads: true,
    minPoolSize: OPEN_CONNECTIONS,
    maxPoolSize: 50,
    serverSelectionTimeoutMS: 5_000,
    // Without it a full pool would be waited for without end.
    waitQueueTimeoutMS: 5_000,
    connectTimeoutMS: 5_000,
    socketTimeoutMS: answeredWithinMs,
    // How soon it is noticed that the server is silent, and that it speaks again.
    heartbeatFrequencyMS: 5_000,
    ignoreUndefined: true,
    monitorCommands: isTracing(),
  });
  measureMongo(client);
  if (isTracing()) traceMongo(client);
  await client.connect();
  await requireVersion(client);
  return client;
}

export function databaseOf(client: MongoClient, settings: MongoSettings, service: string): Db {
  return client.db(`${settings.MONGODB_DATABASE_PREFIX}${service}`);
}

async function requireVersion(client: MongoClient): Promise<void> {
  const { version } = await client.db('admin').command({ buildInfo: 1 });
  if (Number.parseInt(String(version), 10) >= OLDEST_MAJOR) return;
  await client.close();
  throw new MongoTooOld(`MongoDB ${version} is too old: ${OLDEST_MAJOR}.0 or newer is needed.`);
}
