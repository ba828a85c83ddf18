import type { Collection, CreateIndexesOptions, Document, IndexSpecification } from 'mongodb';

/** An index beside the questions it serves, so that one that serves none can be seen and dropped. */
export interface IndexDefinition {
  readonly keys: IndexSpecification;
  readonly options?: CreateIndexesOptions;
  /** The queries or the rule (for a unique index) that need it. */
  readonly serves: string;
}

/** A new index on a collection that has grown large is not built within the time that other commands may take. */
const BUILT_WITHIN_MS = 30 * 60_000;

export async function ensureIndexes<T extends Document>(
  collection: Collection<T>,
  definitions: readonly IndexDefinition[],
): Promise<void> {
  for (const { keys, options } of definitions) {
    const patient = { ...options, socketTimeoutMS: BUILT_WITHIN_MS };
    await collection.createIndex(keys, patient);
  }
}
