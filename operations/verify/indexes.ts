import type { Collection, Document, IndexDescriptionInfo } from 'mongodb';

/**
 * The index of a collection whose keys are these, in this order; undefined when there is none. `NOTHING`: neither is
 * the collection, so that there is nothing to be kept in order.
 */
export async function indexOn<D extends Document>(
  collection: Collection<D>,
  keys: readonly string[],
): Promise<IndexDescriptionInfo | undefined | 'NOTHING'> {
  const indexes = await collection
    .listIndexes()
    .toArray()
    .catch(() => []);
  if (indexes.length === 0) return 'NOTHING';
  const wanted = keys.join();
  return (indexes as IndexDescriptionInfo[]).find(({ key }) => Object.keys(key).join() === wanted);
}
