/** The key of an item in a list's order: unique and immutable, so that paging neither skips nor repeats. */
export type CursorKey = readonly (string | number)[];

/** In an order by an instant, in milliseconds since 1970, and then by id. */
export type InstantKey = readonly [instantMs: number, id: string];

/** Of a list that is ordered by keys of the given shape. */
export interface PageRequest<K extends CursorKey = InstantKey> {
  /** Page size, 1 to {@link MAX_PAGE_SIZE}. */
  readonly first: number;
  /** Key of the last item of the page before. */
  readonly after?: K;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly cursors: readonly string[];
  readonly hasNextPage: boolean;
}

export const MAX_PAGE_SIZE = 100;

/** A page of items, of which one more than asked for was read, to learn whether there is another page. */
export function pageOf<T>(found: readonly T[], first: number, keyOf: (item: T) => CursorKey): Page<T> {
  const items = found.slice(0, first);
  return {
    items,
    cursors: items.map((item) => encodeCursor(keyOf(item))),
    hasNextPage: found.length > first,
  };
}

/** A key as text that means nothing to clients. */
export function encodeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** What a client sent as a cursor, of any shape; undefined when it cannot be read at all. */
export function decodeCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
