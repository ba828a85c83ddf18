/** A page of a list ordered by a key that is unique and immutable, so that paging neither skips nor repeats. */
export interface PageRequest {
  /** Page size, 1 to {@link MAX_PAGE_SIZE}. */
  readonly first: number;
  /** Opaque cursor of the last item of the page before. */
  readonly after?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly cursors: readonly string[];
  readonly hasNextPage: boolean;
}

export const MAX_PAGE_SIZE = 100;

/** Said of an `after` that no page of the list has given. Taken for the beginning, it would let a client walk in circles. */
export const NOT_A_CURSOR = 'must be the `endCursor` of a page of this list';

export type CursorPart = 'string' | 'number';

export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** The key inside a cursor, or undefined when the text is not a cursor of this shape. */
export function decodeCursor(cursor: string, parts: readonly CursorPart[]): (string | number)[] | undefined {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (!Array.isArray(key) || key.length !== parts.length) return undefined;
    return key.every((part, i) => typeof part === parts[i]) ? (key as (string | number)[]) : undefined;
  } catch {
    return undefined;
  }
}
