import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection, Db } from 'mongodb';
import type { Kafka } from 'kafkajs';
import type { KafkaNames } from '#messaging';
import { type DeclaredCopy, mendCopies, type VersionedCopy } from '#persistence';
import { compare, compareOne, type Difference } from './comparison.ts';
import { Shadow } from './shadow.ts';

/** Differences that are told by their ids; more are only counted. */
export const MAX_TOLD = 1_000;
const LOOK_EVERY_MS = 500;
const BATCH = 500;

export interface RebuiltCopy {
  readonly collection: string;
  readonly topic: string;
  /** That the copy was built anew from. */
  readonly facts: number;
  /** Messages that are no readable facts: see `npm run dlq`. */
  readonly unreadable: number;
  /** Documents that are the same, field by field. */
  readonly same: number;
  /** Parts that their aggregate has no more; the service keeps them and shows them to nobody. */
  readonly outlived: number;
  readonly different: number;
  /** The first of them. */
  readonly differences: readonly Difference[];
  /** Differences that were written away; never EXTRA and AHEAD, which no fact explains. */
  readonly mended: number;
}

export interface RebuildWish {
  readonly apply: boolean;
  /** For a service that is merely behind. */
  readonly waitMs: number;
}

/** Builds one copy anew, compares it with the one in use, and mends that one if asked to. */
export async function rebuildCopy(
  { kafka, names, db }: { kafka: Kafka; names: KafkaNames; db: Db },
  declared: DeclaredCopy,
  { apply, waitMs }: RebuildWish,
): Promise<RebuiltCopy> {
  const shadow = await Shadow.build(kafka, names, db, declared);
  try {
    const inUse = db.collection<VersionedCopy>(declared.collection);
    const found = await differencesOf(shadow, inUse);
    const differences = await settle(shadow, inUse, found.differences, waitMs);
    const mended = apply ? await mend(shadow, inUse, differences) : 0;
    return {
      collection: declared.collection,
      topic: declared.topic.name,
      facts: shadow.facts,
      unreadable: shadow.unreadable,
      same: found.same + found.differences.length - differences.length,
      outlived: found.outlived,
      different: differences.length,
      differences: differences.slice(0, MAX_TOLD),
      mended,
    };
  } finally {
    await shadow.drop();
  }
}

interface Found {
  readonly same: number;
  readonly outlived: number;
  readonly differences: Difference[];
}

async function differencesOf(shadow: Shadow, inUse: Collection<VersionedCopy>): Promise<Found> {
  const differences: Difference[] = [];
  let same = 0;
  let outlived = 0;
  for await (const difference of compare(shadow.documents, inUse)) {
    if (difference === 'SAME') same++;
    else if (difference.kind === 'EXTRA' && shadow.isOutlived(difference.copy)) outlived++;
    else differences.push(difference);
  }
  return { same, outlived, differences };
}

/**
 * The differences that stay. A service that runs gets facts while it is compared: a copy may be newer than what was read
 * (then the facts are read again), or behind (then it gets the time to catch up).
 */
async function settle(
  shadow: Shadow,
  inUse: Collection<VersionedCopy>,
  differences: readonly Difference[],
  waitMs: number,
): Promise<readonly Difference[]> {
  const deadline = performance.now() + waitMs;
  let left = differences;
  if (left.some(({ kind }) => kind === 'AHEAD' || kind === 'EXTRA')) {
    await shadow.catchUp();
    left = await lookAgain(shadow, inUse, left);
  }
  const mayPass = ({ kind }: Difference): boolean => kind === 'MISSING' || kind === 'STALE';
  while (left.some(mayPass) && performance.now() < deadline) {
    await sleep(LOOK_EVERY_MS);
    left = await lookAgain(shadow, inUse, left);
  }
  return left;
}

async function lookAgain(
  shadow: Shadow,
  inUse: Collection<VersionedCopy>,
  differences: readonly Difference[],
): Promise<Difference[]> {
  const left: Difference[] = [];
  for (let from = 0; from < differences.length; from += BATCH) {
    const ids = differences.slice(from, from + BATCH).map(({ id }) => id);
    const [theirs, ours] = await Promise.all([byId(inUse, ids), byId(shadow.documents, ids)]);
    for (const before of differences.slice(from, from + BATCH)) {
      const difference = differenceNow(shadow, before.id, ours.get(before.id), theirs.get(before.id));
      if (difference && !isExplained(before, ours.get(before.id), difference)) left.push(difference);
    }
  }
  return left;
}

function differenceNow(
  shadow: Shadow,
  id: string,
  rebuilt: VersionedCopy | undefined,
  copy: VersionedCopy | undefined,
): Difference | undefined {
  if (rebuilt && copy) return compareOne(rebuilt, copy);
  if (rebuilt) return { kind: 'MISSING', id, version: rebuilt.version };
  return copy && !shadow.isOutlived(copy) ? { kind: 'EXTRA', id, copy } : undefined;
}

/**
 * What seemed to have no fact had one that came after the reading, and the copy is ahead of the next reading already.
 * `rebuilt` knows every fact that was published before `before` was seen.
 */
function isExplained(before: Difference, rebuilt: VersionedCopy | undefined, now: Difference): boolean {
  if (!rebuilt || now.kind !== 'AHEAD') return false;
  if (before.kind === 'AHEAD') return rebuilt.version >= before.has;
  return before.kind === 'EXTRA' && rebuilt.version >= before.copy.version;
}

/** By the same versioned writes as the consumer's, so that the service may go on, and doing it again changes nothing. */
async function mend(
  shadow: Shadow,
  inUse: Collection<VersionedCopy>,
  differences: readonly Difference[],
): Promise<number> {
  const ids = differences
    .filter(({ kind }) => kind === 'MISSING' || kind === 'STALE' || kind === 'CHANGED')
    .map(({ id }) => id);
  for (let from = 0; from < ids.length; from += BATCH)
    await mendCopies(inUse, [...(await byId(shadow.documents, ids.slice(from, from + BATCH))).values()]);
  return ids.length;
}

async function byId(
  collection: Collection<VersionedCopy>,
  ids: readonly string[],
): Promise<Map<string, VersionedCopy>> {
  const found = await collection.find({ _id: { $in: [...ids] } }).toArray();
  return new Map(found.map((document) => [document._id, document]));
}
