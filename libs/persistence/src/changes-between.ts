/** An update of a document, as MongoDB takes it. */
interface Changes<T> {
  $set: Partial<T>;
  $unset?: Record<string, ''>;
}

/**
 * The update that makes `after` of a document that is `before`: the fields that have another value, and those that have
 * none any more. Values are compared by identity, so both must be states that are made from one another and never
 * changed in place; an equal value made anew is only written again. What `before` does not know of, others' fields in the
 * same document, stays as it is.
 */
export function changesBetween<T extends object>(before: T, after: T): Changes<T> {
  const known = new Map<string, unknown>(Object.entries(before));
  const changed = Object.entries(after).filter(([field, value]) => !Object.is(value, known.get(field)));
  const $set = Object.fromEntries(changed.filter(([, value]) => value !== undefined)) as Partial<T>;
  const left = new Map<string, unknown>(Object.entries(after));
  const gone = [...known].filter(([field, value]) => value !== undefined && left.get(field) === undefined);
  return gone.length === 0
    ? { $set }
    : { $set, $unset: Object.fromEntries(gone.map(([field]) => [field, ''])) };
}
