import { z } from 'zod';
import { type CursorPart, decodeCursor, MAX_PAGE_SIZE, NOT_A_CURSOR, type Page } from '#kernel';

const USUAL_PAGE_SIZE = 20;

/** Clients send null for a variable that they do not fill: GraphQL puts its default only where nothing is sent. */
const pageSize = z
  .int()
  .min(1)
  .max(MAX_PAGE_SIZE)
  .nullish()
  .transform((first) => first ?? USUAL_PAGE_SIZE);

/** Arguments of a Relay-style connection, for lists that judge their cursors themselves. */
export const pageArguments = {
  first: pageSize,
  after: z
    .string()
    .max(500)
    .nullish()
    .transform((cursor) => cursor ?? undefined),
};

/** The same for a list whose cursors have these parts. */
export function pageArgumentsBy(...parts: readonly CursorPart[]): typeof pageArguments {
  const after = pageArguments.after.refine(
    (cursor) => cursor === undefined || decodeCursor(cursor, parts) !== undefined,
    NOT_A_CURSOR,
  );
  return { ...pageArguments, after };
}

/** The same for a list that `newestFirst` reads. */
export const newestFirstArguments = pageArgumentsBy('number', 'string');

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
