import type { Collection, Db } from 'mongodb';
import { SHADOW_PREFIX } from '../rebuild/shadow.ts';
import type { SavedCollection } from './manifest.ts';
import { PackedFileWriter } from './packed-files.ts';

/** Collections read at once; each keeps one connection and one core of compression busy. */
const AT_ONCE = 4;
const BATCH = 1_000;

/**
 * Writes every collection as its documents' BSON, one behind the other and compressed: what `mongorestore --gzip` reads
 * too. Indexes are not saved: each service makes its own when it starts.
 */
export async function saveCollections(
  databases: ReadonlyMap<string, Db>,
  folder: string,
  signal: AbortSignal,
): Promise<SavedCollection[]> {
  const waiting = await collectionsOf(databases);
  const saved: SavedCollection[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      signal.throwIfAborted();
      saved.push(await saveOne(next.database, next.documents, folder, signal));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return saved.sort((one, other) => one.file.path.localeCompare(other.file.path));
}

async function collectionsOf(
  databases: ReadonlyMap<string, Db>,
): Promise<{ database: string; documents: Collection }[]> {
  const found = [];
  for (const [database, db] of databases)
    for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray())
      if (!name.startsWith('system.') && !name.startsWith(SHADOW_PREFIX))
        found.push({ database, documents: db.collection(name) });
  return found;
}

async function saveOne(
  database: string,
  documents: Collection,
  folder: string,
  signal: AbortSignal,
): Promise<SavedCollection> {
  const collection = documents.collectionName;
  const writer = new PackedFileWriter(folder, `mongodb/${database}/${collection}.bson.gz`);
  let count = 0;
  try {
    for await (const bson of documents.find({}, { raw: true, batchSize: BATCH })) {
      signal.throwIfAborted();
      // With `raw` the driver hands over the document's bytes, whatever the type says.
      await writer.write(bson as unknown as Buffer);
      count++;
    }
    return { database, collection, documents: count, file: await writer.close() };
  } catch (error) {
    writer.abandon();
    throw error;
  }
}
