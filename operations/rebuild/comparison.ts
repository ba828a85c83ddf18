import { isDeepStrictEqual } from 'node:util';
import type { Collection } from 'mongodb';
import type { VersionedCopy } from '#persistence';
import { sideBySide } from '../house/side-by-side.ts';

/** How a document of the copy in use stands to what the facts make. */
export type Difference =
  /** The copy in use lacks it. */
  | { readonly kind: 'MISSING'; readonly id: string; readonly version: number }
  /** No fact speaks of it. */
  | { readonly kind: 'EXTRA'; readonly id: string; readonly copy: VersionedCopy }
  /** The copy in use is older than the newest fact. */
  | { readonly kind: 'STALE'; readonly id: string; readonly has: number; readonly newest: number }
  /** The copy in use is newer than the newest fact. */
  | { readonly kind: 'AHEAD'; readonly id: string; readonly has: number; readonly newest: number }
  /** The same version, and not the same content. */
  | { readonly kind: 'CHANGED'; readonly id: string; readonly version: number };

/** Both walks are in the order of ids, so neither side is ever held in memory. */
export async function* compare(
  rebuilt: Collection<VersionedCopy>,
  inUse: Collection<VersionedCopy>,
): AsyncGenerator<Difference | 'SAME'> {
  for await (const [one, other] of sideBySide(
    rebuilt.find().sort({ _id: 1 }),
    inUse.find().sort({ _id: 1 }),
  )) {
    if (!one) yield { kind: 'EXTRA', id: other._id, copy: other };
    else if (!other) yield { kind: 'MISSING', id: one._id, version: one.version };
    else yield compareOne(one, other) ?? 'SAME';
  }
}

/** Undefined: they are the same in every field. The order of fields is no difference. */
export function compareOne(rebuilt: VersionedCopy, inUse: VersionedCopy): Difference | undefined {
  const { _id: id, version } = rebuilt;
  if (inUse.version < version) return { kind: 'STALE', id, has: inUse.version, newest: version };
  if (inUse.version > version) return { kind: 'AHEAD', id, has: inUse.version, newest: version };
  return isDeepStrictEqual(rebuilt, inUse) ? undefined : { kind: 'CHANGED', id, version };
}
