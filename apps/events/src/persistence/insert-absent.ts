import type { Collection, Filter, OptionalUnlessRequiredId } from 'mongodb';
import { refusedAsDuplicates } from '#persistence';

/**
 * Inserts the documents whose `_id` is not taken yet, in one unordered write, and gives the ids of those that it
 * inserted. What is there already stays as it is: the primary key decides, also against others who insert meanwhile.
 */
export async function insertAbsent<T extends { _id: string }>(
  collection: Collection<T>,
  documents: readonly T[],
): Promise<ReadonlySet<string>> {
  const absent = await withoutPresent(collection, documents);
  if (absent.length === 0) return new Set();
  try {
    await collection.insertMany(absent as unknown as OptionalUnlessRequiredId<T>[], { ordered: false });
  } catch (error) {
    const refused = refusedAsDuplicates(error);
    if (!refused) throw error;
    return idsOf(absent.filter((_, place) => !refused.has(place)));
  }
  return idsOf(absent);
}

function idsOf<T extends { _id: string }>(documents: readonly T[]): ReadonlySet<string> {
  return new Set(documents.map(({ _id }) => _id));
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
