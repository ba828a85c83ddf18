import type { Collection, Document, Filter } from 'mongodb';

/**
 * Documents looked at together: what they are compared with comes with one query for all of them. Also what a cursor
 * fetches at a time, for left to itself it would fetch 16 MB.
 */
export const BATCH = 500;

/** All documents of a filter in the order of their ids, a batch at a time: memory is bounded, whatever their number. */
export async function* batchesOf<D extends Document & { _id: string }>(
  collection: Collection<D>,
  filter: Filter<D>,
  fields: readonly (keyof D & string)[],
): AsyncGenerator<D[]> {
  const documents = collection.find(filter, { projection: projectionOf(fields), batchSize: BATCH });
  yield* inBatches(documents.sort({ _id: 1 }) as AsyncIterable<unknown> as AsyncIterable<D>);
}

/** Never an empty one; the last may be smaller. */
export async function* inBatches<T>(items: AsyncIterable<T>, size = BATCH): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The documents with these ids, by id. */
export async function byId<D extends Document & { _id: string }>(
  collection: Collection<D>,
  ids: readonly string[],
  fields: readonly (keyof D & string)[],
): Promise<Map<string, D>> {
  if (ids.length === 0) return new Map();
  const filter = { _id: { $in: [...new Set(ids)] } } as Filter<D>;
  const found = await collection.find(filter, { projection: projectionOf(fields) }).toArray();
  return new Map(found.map((document) => [document._id, document as unknown as D]));
}

/** Without any field: the id alone. */
function projectionOf(fields: readonly string[]): Record<string, 1> {
  return { _id: 1, ...Object.fromEntries(fields.map((field) => [field, 1 as const])) };
}
