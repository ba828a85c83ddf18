import type { Collection, Document, Filter, Sort, WithId } from 'mongodb';
import { decodeCursor, encodeCursor, type PageRequest } from '#kernel';

export interface DocumentPage<D> {
  readonly documents: WithId<D>[];
  readonly cursors: string[];
  readonly hasNextPage: boolean;
}

/**
 * A page of documents by falling `instant`, then `_id`: both never change, so paging neither skips nor repeats. Needs an
 * index on the filter's fields, then `instant` and `_id`, both falling. A cursor that is not one of ours is refused before,
 * by `newestFirstArguments`; here it begins anew.
 * `without` names large fields that are not read, although the type has them.
 */
export async function newestFirst<D extends Document & { _id: string }>(
  collection: Collection<D>,
  filter: Filter<D>,
  instant: keyof D & string,
  { first, after }: PageRequest,
  without: readonly (keyof D & string)[] = [],
): Promise<DocumentPage<D>> {
  const found = await collection
    .find({ $and: [filter, olderThan(instant, after)] } as Filter<D>)
    .sort({ [instant]: -1, _id: -1 } as Sort)
    .limit(first + 1)
    .project<WithId<D>>(Object.fromEntries(without.map((field) => [field, 0])))
    .toArray();
  const documents = found.slice(0, first);
  return {
    documents,
    cursors: documents.map((document) => encodeCursor([document[instant].getTime(), document._id])),
    hasNextPage: found.length > first,
  };
}

function olderThan(instant: string, after: string | undefined): Document {
  const [ms, id] = (after && decodeCursor(after, ['number', 'string'])) || [];
  if (typeof ms !== 'number' || typeof id !== 'string') return {};
  const last = new Date(ms);
  return { $or: [{ [instant]: { $lt: last } }, { [instant]: last, _id: { $lt: id } }] };
}
