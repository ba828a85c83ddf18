/** Above every character that a text may hold. */
const LAST_CHARACTER = '\u{10FFFF}';

/** Documents that have a text in a list of theirs which begins so: by its index, and as it stands, for it is no pattern. */
export function beginningWith(prefix: string): { $elemMatch: { $gte: string; $lt: string } } {
  return { $elemMatch: { $gte: prefix, $lt: prefix + LAST_CHARACTER } };
}
