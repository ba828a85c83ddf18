import type { Collection, Document, Filter, WithId } from 'mongodb';
import { z } from 'zod';
import { type Page, pageOf, type PageRequest } from '#kernel';

/** A document with its relevance, as MongoDB's text index weighs it. */
type Scored<T> = WithId<T> & { readonly score: number };

/** The key of what a search found; its first part tells it from the keys of lists that were not searched. */
export const RELEVANCE_KEY = z.tuple([z.literal('score'), z.number(), z.string()]).readonly();
export type RelevanceKey = z.output<typeof RELEVANCE_KEY>;

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
  { first, after }: PageRequest<RelevanceKey>,
): Promise<Page<WithId<T>>> {
  const found = await collection
    .aggregate<Scored<T>>([
      { $match: { ...filter, $text: { $search: words.map((word) => `"${word}"`).join(' ') } } },
      { $addFields: { score: { $meta: 'textScore' } } },
      ...(after ? [{ $match: behind('score', '$lt', after[1], after[2]) }] : []),
      { $sort: { score: -1, _id: 1 } },
      { $limit: first + 1 },
    ])
    .toArray();
  return pageOf(found, first, ({ score, _id }): RelevanceKey => ['score', score, _id]);
}

/** What stands behind an item in an order by a value in the direction of `beyond`, then by id upwards. */
export function behind(field: string, beyond: '$lt' | '$gt', value: unknown, id: string): Document {
  return { $or: [{ [field]: { [beyond]: value } }, { [field]: value, _id: { $gt: id } }] };
}
