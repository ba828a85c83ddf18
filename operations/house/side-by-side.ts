interface Identified {
  readonly _id: string;
}

/** Anything that is read one by one, such as a cursor. */
export interface Reading<T> {
  /** Null or undefined at the end. */
  next(): Promise<T | null | undefined>;
}

export type Pair<A, B> = readonly [A, B] | readonly [A, undefined] | readonly [undefined, B];

/** What has the same id on both sides, and what only one side has. Both must be read in MongoDB's order of their ids. */
export async function* sideBySide<A extends Identified, B extends Identified>(
  ones: Reading<A>,
  others: Reading<B>,
): AsyncGenerator<Pair<A, B>> {
  let one = await ones.next();
  let other = await others.next();
  while (one || other) {
    const order = one && other ? inOrder(one._id, other._id) : one ? -1 : 1;
    if (one && other && order === 0) yield [one, other];
    else if (one && order < 0) yield [one, undefined];
    else if (other) yield [undefined, other];
    if (order <= 0) one = await ones.next();
    if (order >= 0) other = await others.next();
  }
}

/** As MongoDB orders strings without a collation: by their bytes in UTF-8. */
function inOrder(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
