import { type Collection, type Filter, MongoBulkWriteError, type OptionalUnlessRequiredId } from 'mongodb';
import { onlyDuplicateKeys } from '#persistence';

/**
 * Inserts the documents whose `_id` is not taken yet, in one unordered write, and gives the ids of those that it
 * inserted. What is there already stays as it is: the primary key decides, also against others who insert meanwhile.
 */
export async function insertAbsent<T extends { _id: string }>(
  collection: Collection<T>,
  documents: readonly T[],
): Promise<ReadonlySet<string>> {
  const absent = await withoutPresent(collection, documents);
  const inserted = new Set(absent.map(({ _id }) => _id));
  if (absent.length === 0) return inserted;
  try {
    await collection.insertMany(absent as unknown as OptionalUnlessRequiredId<T>[], { ordered: false });
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || !onlyDuplicateKeys(error)) throw error;
    for (const { index } of [error.writeErrors].flat()) {
      const refused = absent[index];
      if (refused) inserted.delete(refused._id);
    }
  }
  return inserted;
}

/** Spares the engine what it would refuse anyway: a refused insert costs it far more than a look at the key. */
async function withoutPresent<T extends { _id: string }>(
  collection: Collection<T>,
  documents: readonly T[],
): Promise<readonly T[]> {
  const ids = { _id: { $in: documents.map(({ _id }) => _id) } } as unknown as Filter<T>;
  const present = new Set<string>();
  for await (const { _id } of collection.find(ids, { projection: { _id: 1 } })) present.add(String(_id));
  return documents.filter(({ _id }) => !present.has(_id));
}
