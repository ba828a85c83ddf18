import type { AnyBulkWriteOperation, Collection, Filter, OptionalUnlessRequiredId, WithoutId } from 'mongodb';
import { onlyDuplicateKeys } from './errors.ts';

/** A consumer's copy of an aggregate that another service owns. */
export interface VersionedCopy {
  _id: string;
  /** The aggregate's version that the copy shows. */
  version: number;
}

/**
 * Writes copies so that only a newer version replaces an older one. Repeats, disorder and replays are harmless: for
 * an older one the filter does not match, the upsert tries to insert, and the primary key says "already newer".
 */
export async function writeCopies<T extends VersionedCopy>(
  collection: Collection<T>,
  copies: readonly T[],
): Promise<void> {
  if (copies.length === 0) return;
  const newest = new Map<string, T>();
  for (const copy of copies) {
    const known = newest.get(copy._id);
    if (!known || known.version < copy.version) newest.set(copy._id, copy);
  }
  const writes = [...newest.values()].map((copy): AnyBulkWriteOperation<T> => {
    const { _id, ...fields } = copy as OptionalUnlessRequiredId<T>;
    return {
      replaceOne: {
        filter: { _id, version: { $lt: copy.version } } as unknown as Filter<T>,
        replacement: fields as unknown as WithoutId<T>,
        upsert: true,
      },
    };
  });
  try {
    await collection.bulkWrite(writes, { ordered: false });
  } catch (error) {
    if (!onlyDuplicateKeys(error)) throw error;
  }
}
