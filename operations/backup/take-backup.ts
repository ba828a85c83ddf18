import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Extent, extentsOf } from '#messaging';
import type { House } from '../house/house.ts';
import { Refused } from '../house/tool.ts';
import { FORMAT, type Manifest, MANIFEST_FILE, type SavedCollection } from './manifest.ts';
import { makeFolder, PackedFileWriter } from './packed-files.ts';
import { saveCollections } from './save-collections.ts';
import { saveTopics } from './save-topics.ts';
import type { StandStill } from './stillness.ts';

export interface BackupWish {
  /** Made if it is not there; it must be empty. */
  readonly folder: string;
  readonly standStill: StandStill;
  /** For how long writes may stand still at most. Below 30 s, after which the services' own calls give up. */
  readonly limitMs: number;
  /** The house's own keys, where they are in a file. */
  readonly secretsFile: string | undefined;
  /** Ends the backup early, with the lock off and no manifest written. */
  readonly signal: AbortSignal;
}

/**
 * One moment of the whole house. Writes stand still while the documents are read and the ends of the topics are noted;
 * what stood on Kafka then is read afterwards, for it does not change. Why that is consistent: ADR 10.
 */
export async function takeBackup(house: House, wish: BackupWish): Promise<Manifest> {
  const folder = resolve(wish.folder);
  prepareFolder(folder);
  const databases = await house.databases();
  const topicNames = await house.topicNames();
  const held = await readInStillness(wish, async (signal) => {
    const [extents, collections] = await Promise.all([
      extentsOf(house.kafka, topicNames),
      saveCollections(databases, folder, signal),
    ]);
    return { extents, collections };
  });
  wish.signal.throwIfAborted();
  const manifest: Manifest = {
    format: FORMAT,
    takenAt: held.takenAt.toISOString(),
    writesHeldMs: Math.round(held.heldMs),
    commit: commitOf(),
    collections: held.collections,
    topics: await saveTopics(house, held.extents, folder),
    secrets: await saveSecrets(wish.secretsFile, folder),
  };
  wish.signal.throwIfAborted();
  writeManifest(folder, manifest);
  return manifest;
}

interface ReadInStillness {
  readonly takenAt: Date;
  readonly heldMs: number;
  readonly extents: readonly Extent[];
  readonly collections: SavedCollection[];
}

async function readInStillness(
  { standStill, limitMs, signal }: BackupWish,
  read: (signal: AbortSignal) => Promise<Pick<ReadInStillness, 'extents' | 'collections'>>,
): Promise<ReadInStillness> {
  signal.throwIfAborted();
  const still = await standStill(limitMs);
  const takenAt = new Date();
  let released = false;
  const release = async (): Promise<number> => {
    released = true;
    return still.release();
  };
  try {
    const contents = await read(AbortSignal.any([signal, still.expired]));
    still.expired.throwIfAborted();
    return { takenAt, heldMs: await release(), ...contents };
  } finally {
    if (!released) await release();
  }
}

function prepareFolder(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new Refused(`${folder} is not empty: name a new folder for each backup.`);
  makeFolder(folder);
}

async function saveSecrets(file: string | undefined, folder: string): Promise<Manifest['secrets']> {
  if (file === undefined || !existsSync(file)) return undefined;
  const writer = new PackedFileWriter(folder, 'secrets.json.gz');
  await writer.write(readFileSync(file));
  return writer.close();
}

/** Last, and at once: a folder without it is no backup. */
function writeManifest(folder: string, manifest: Manifest): void {
  const place = join(folder, MANIFEST_FILE);
  writeFileSync(`${place}.part`, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${place}.part`, place);
}

function commitOf(): string | undefined {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}
