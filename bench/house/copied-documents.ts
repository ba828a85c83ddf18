import type { Document } from 'mongodb';

/** What becomes of which id. */
export type NewIds = ReadonlyMap<string, string>;

/** A copy of a document in which each id, alone or within a longer text, has become another. */
export function copyWithIds<D extends Document>(document: D, ids: NewIds): D {
  const known = [...ids.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(known.map((id) => id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
  const copy = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(pattern, (id) => ids.get(id) ?? id);
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner)]));
  };
  return copy(document) as D;
}
