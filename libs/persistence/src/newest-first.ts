import type { Collection, Document, Filter, Sort, WithId } from 'mongodb';
import { type InstantKey, pageOf, type PageRequest } from '#kernel';

export interface DocumentPage<D> {
  readonly documents: readonly WithId<D>[];
  readonly cursors: readonly string[];
  readonly hasNextPage: boolean;
}

/**
 * A page of documents by falling `instant`, then `_id`: both never change, so paging neither skips nor repeats. Needs an
 * index on the filter's fields, then `instant` and `_id`, both falling. `without` names large fields that are not read,
 * although the type has them.
 */
export async function newestFirst<D extends Document & { _id: string }>(
  collection: Collection<D>,
  filter: Filter<D>,
  instant: keyof D & string,
  { first, after }: PageRequest,
  without: readonly (keyof D & string)[] = [],
): Promise<DocumentPage<D>> {
  const found = await collection
    .find({ $and: [filter, after ? olderThan(instant, after) : {}] } as Filter<D>)
    .sort({ [instant]: -1, _id: -1 } as Sort)
    .limit(first + 1)
    .project<WithId<D>>(Object.fromEntries(without.map((field) => [field, 0])))
    .toArray();
  const { items, ...page } = pageOf(found, first, (document) => [document[instant].getTime(), document._id]);
  return { ...page, documents: items };
}

function olderThan(instant: string, [ms, id]: InstantKey): Document {
  const last = new Date(ms);
  return { $or: [{ [instant]: { $lt: last } }, { [instant]: last, _id: { $lt: id } }] };
}
