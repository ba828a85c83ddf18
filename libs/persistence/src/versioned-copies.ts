import type { AnyBulkWriteOperation, Collection, Filter, OptionalUnlessRequiredId, WithoutId } from 'mongodb';
import type { Fact, FactsOf, TopicContract } from '#contracts';
import { onlyDuplicateKeys } from './errors.ts';

/** A consumer's copy of an aggregate that another service owns. */
export interface VersionedCopy {
  _id: string;
  /** The aggregate's version that the copy shows. */
  version: number;
}

/**
 * What a service keeps of another's aggregates, declared once: its consumer writes what the declaration makes of a fact,
 * and `npm run rebuild` makes the same anew. A service lists its declarations in `src/copies.ts`.
 */
export interface DeclaredCopy<F extends Fact = Fact, D extends VersionedCopy = VersionedCopy> {
  readonly collection: string;
  readonly topic: TopicContract;
  /** What is kept of a fact: one document, or several of an aggregate that has parts. */
  copiesOf(fact: F): readonly D[];
  /** The aggregate that a document was made of, where that is not its own id. */
  aggregateOf?(copy: D): string;
}

export function declareCopy<T extends TopicContract, D extends VersionedCopy>(
  declared: DeclaredCopy<FactsOf<T>, D> & { readonly topic: T },
): DeclaredCopy<FactsOf<T>, D> {
  return declared;
}

/** Brings a copy up to date with facts, in whatever order and however often they come. See {@link writeCopies}. */
export async function copyFacts<F extends Fact, D extends VersionedCopy>(
  collection: Collection<D>,
  declared: DeclaredCopy<F, D>,
  facts: readonly F[],
): Promise<void> {
  await writeCopies(
    collection,
    facts.flatMap((fact) => declared.copiesOf(fact)),
  );
}

/**
 * Writes copies so that only a newer version replaces an older one. Repeats, disorder and replays are harmless: for
 * an older one the filter does not match, the upsert tries to insert, and the primary key says "already newer".
 */
async function writeCopies<T extends VersionedCopy>(
  collection: Collection<T>,
  copies: readonly T[],
): Promise<void> {
  await replaceWhere('$lt', collection, copies);
}

/** Like {@link writeCopies}, but replaces documents of the same version too: for copies that are known to be damaged. */
export async function mendCopies<T extends VersionedCopy>(
  collection: Collection<T>,
  copies: readonly T[],
): Promise<void> {
  await replaceWhere('$lte', collection, copies);
}

async function replaceWhere<T extends VersionedCopy>(
  comparison: '$lt' | '$lte',
  collection: Collection<T>,
  copies: readonly T[],
): Promise<void> {
  if (copies.length === 0) return;
  const newest = new Map<string, T>();
  for (const copy of copies) {
    const known = newest.get(copy._id);
    if (!known || known.version < copy.version) newest.set(copy._id, copy);
  }
  const writes = [...newest.values()].map((copy): AnyBulkWriteOperation<T> => {
    const { _id, ...fields } = copy as OptionalUnlessRequiredId<T>;
    return {
      replaceOne: {
        filter: { _id, version: { [comparison]: copy.version } } as unknown as Filter<T>,
        replacement: fields as unknown as WithoutId<T>,
        upsert: true,
      },
    };
  });
  try {
    await collection.bulkWrite(writes, { ordered: false });
  } catch (error) {
    if (!onlyDuplicateKeys(error)) throw error;
  }
}
