import { BSON, type Document } from 'mongodb';
import type { House } from '../house/house.ts';
import type { SavedCollection } from './manifest.ts';
import { readPacked } from './packed-files.ts';

/** One request to MongoDB: at most 16 MB by its protocol, and small enough for 30 s of patience. */
const BATCH_DOCUMENTS = 1_000;
const BATCH_BYTES = 4_000_000;
const LENGTH_BYTES = 4;

/** Writes a saved collection into the house. @throws Error when the file holds more or fewer documents than the manifest says */
export async function loadCollection(
  { mongo, settings }: House,
  folder: string,
  { database, collection, documents, file }: SavedCollection,
): Promise<void> {
  const target = mongo.db(settings.MONGODB_DATABASE_PREFIX + database).collection(collection);
  let loaded = 0;
  let batch: Document[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await target.insertMany(batch, { ordered: false });
    loaded += batch.length;
    batch = [];
    bytes = 0;
  };
  for await (const bson of documentsIn(readPacked(folder, file))) {
    // Numbers keep their kind: 1 as a 32-bit integer stays one.
    batch.push(BSON.deserialize(bson, { promoteValues: false, bsonRegExp: true }));
    bytes += bson.length;
    if (batch.length >= BATCH_DOCUMENTS || bytes >= BATCH_BYTES) await flush();
  }
  await flush();
  if (loaded !== documents)
    throw new Error(`${file.path} holds ${loaded} documents; the manifest says ${documents}`);
}

/** Each document begins with its length, a 32-bit number in little-endian order (bsonspec.org). */
export async function* documentsIn(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    while (rest.length - at >= LENGTH_BYTES) {
      const length = rest.readInt32LE(at);
      if (length < LENGTH_BYTES + 1) throw new Error('this is no BSON');
      if (rest.length - at < length) break;
      yield rest.subarray(at, at + length);
      at += length;
    }
    rest = rest.subarray(at);
  }
  if (rest.length > 0) throw new Error('the last document is cut off');
}
