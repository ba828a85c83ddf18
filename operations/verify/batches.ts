import type { Collection, Document, Filter } from 'mongodb';

/** Documents looked at together: what they are compared with comes with one query for all of them. */
const BATCH = 500;

/** All documents of a filter in the order of their ids, a batch at a time: memory is bounded, whatever their number. */
export async function* batchesOf<D extends Document & { _id: string }>(
  collection: Collection<D>,
  filter: Filter<D>,
  fields: readonly (keyof D & string)[],
  size = BATCH,
): AsyncGenerator<D[]> {
  const projection = Object.fromEntries(fields.map((field) => [field, 1]));
  let batch: D[] = [];
  for await (const document of collection.find(filter, { projection, batchSize: size }).sort({ _id: 1 })) {
    batch.push(document as unknown as D);
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
  const projection = Object.fromEntries(fields.map((field) => [field, 1]));
  const found = await collection.find({ _id: { $in: [...ids] } } as Filter<D>, { projection }).toArray();
  return new Map(found.map((document) => [document._id, document as unknown as D]));
}
