import { z } from 'zod';
import { MAX_PAGE_SIZE, type Page } from '#kernel';

/** Arguments of a Relay-style connection. */
export const pageArguments = {
  first: z.int().min(1).max(MAX_PAGE_SIZE).default(20),
  after: z
    .string()
    .max(500)
    .nullish()
    .transform((cursor) => cursor ?? undefined),
};

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
