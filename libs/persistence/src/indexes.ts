import type { Collection, CreateIndexesOptions, Document, IndexSpecification } from 'mongodb';

/** An index beside the questions it serves, so that one that serves none can be seen and dropped. */
export interface IndexDefinition {
  readonly keys: IndexSpecification;
  readonly options?: CreateIndexesOptions;
  /** The queries or the rule (for a unique index) that need it. */
  readonly serves: string;
}

export async function ensureIndexes<T extends Document>(
  collection: Collection<T>,
  definitions: readonly IndexDefinition[],
): Promise<void> {
  for (const { keys, options } of definitions) await collection.createIndex(keys, options ?? {});
}
