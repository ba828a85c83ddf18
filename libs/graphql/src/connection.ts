import { z } from 'zod';
import { type CursorKey, decodeCursor, MAX_PAGE_SIZE, type Page } from '#kernel';

/** A date ends 8.64e15 ms from 1970, either way (ECMA-262, 21.4.1.1). */
const MAX_INSTANT_MS = 8.64e15;

/** The key of lists by an instant and then by id, such as those that are newest first. */
export const INSTANT_KEY = z.tuple([z.int().min(-MAX_INSTANT_MS).max(MAX_INSTANT_MS), z.string()]).readonly();

const USUAL_PAGE_SIZE = 20;

/**
 * How many items of a list, 1 to {@link MAX_PAGE_SIZE}. Clients send null for a variable that they do not fill, and GraphQL
 * puts its default only where nothing is sent.
 */
export const pageSize = z
  .int()
  .min(1)
  .max(MAX_PAGE_SIZE)
  .nullish()
  .transform((first) => first ?? USUAL_PAGE_SIZE);

/** Arguments of a Relay-style connection whose items have such keys: a cursor of another list is refused. */
export function pageArguments<K extends CursorKey>(key: z.ZodType<K>) {
  return {
    first: pageSize,
    after: z
      .string()
      .max(500)
      .nullish()
      .transform((cursor, { addIssue }): K | undefined => {
        if (cursor === undefined || cursor === null) return undefined;
        const read = key.safeParse(decodeCursor(cursor));
        if (read.success) return read.data;
        addIssue('not a cursor of this list: pass the `endCursor` of the page before');
        return undefined;
      }),
  };
}

export interface Connection<T> {
  edges: { cursor: string; node: T }[];
  nodes: T[];
  pageInfo: { hasNextPage: boolean; endCursor: string | undefined };
}

export function toConnection<T, G>(page: Page<T>, toGraph: (item: T) => G): Connection<G> {
  const nodes = page.items.map(toGraph);
  return {
    nodes,
    edges: nodes.map((node, i) => ({ node, cursor: page.cursors[i] ?? '' })),
    pageInfo: { hasNextPage: page.hasNextPage, endCursor: page.cursors.at(-1) },
  };
}
