import type { Collection, Document, Filter, WithId } from 'mongodb';
import {
  decodeCursor,
  encodeCursor,
  fail,
  InvalidInput,
  NOT_A_CURSOR,
  ok,
  type Page,
  type PageRequest,
  type Result,
} from '#kernel';

/** A document with its relevance, as MongoDB's text index weighs it. */
type Scored<T> = WithId<T> & { readonly score: number };

/**
 * A page of the documents that hold every one of the words, the most relevant first. Case and accents do not count. Of
 * several words one may also be found inside a longer word, because MongoDB looks for quoted words as text.
 *
 * A document's score depends on its own text and the words only, so (score, id) is a stable key: a walk over the pages
 * neither skips nor repeats a document, unless its text is changed meanwhile.
 */
export async function searchPage<T extends { _id: string }>(
  collection: Collection<T>,
  filter: Filter<T>,
  words: readonly string[],
  page: PageRequest,
): Promise<Result<Page<WithId<T>>, InvalidInput>> {
  const after = page.after === undefined ? undefined : decodeCursor(page.after, ['number', 'string']);
  if (page.after !== undefined && !after) return fail(notACursor());
  const found = await collection
    .aggregate<Scored<T>>([
      { $match: { ...filter, $text: { $search: words.map((word) => `"${word}"`).join(' ') } } },
      { $addFields: { score: { $meta: 'textScore' } } },
      ...(after ? [{ $match: afterKey('score', '$lt', after) }] : []),
      { $sort: { score: -1, _id: 1 } },
      { $limit: page.first + 1 },
    ])
    .toArray();
  return ok(pageOf(found, page.first, (one) => [one.score, one._id]));
}

/** The items of a page, of which one more than asked for was read, to learn whether there is another page. */
export function pageOf<T>(
  found: readonly T[],
  first: number,
  keyOf: (item: T) => [string | number, string],
): Page<T> {
  const items = found.slice(0, first);
  return {
    items,
    cursors: items.map((item) => encodeCursor(keyOf(item))),
    hasNextPage: found.length > first,
  };
}

/** What stands behind a cursor's (value, id) in an order by value in the direction of `beyond`, then by id upwards. */
export function afterKey(
  field: string,
  beyond: '$lt' | '$gt',
  [value, id]: readonly unknown[],
  idBeyond: '$lt' | '$gt' = '$gt',
): Document {
  return { $or: [{ [field]: { [beyond]: value } }, { [field]: value, _id: { [idBeyond]: id } }] };
}

export function notACursor(): InvalidInput {
  return new InvalidInput('after', `after: ${NOT_A_CURSOR}`);
}
