import type { Filter } from 'mongodb';
import type { IdSource } from '#kernel';
import type { GroupedCollection } from '#persistence';
import type { PendingFact } from './facts.ts';
import type { Outboxed } from './outbox.ts';

/** Longer than a publish takes; shorter than anyone wants to wait for the facts of a relay that died. */
const LEASE_MS = 10_000;

export type OutboxLease = Required<Outboxed>['outboxLease'];

/** A document's facts on their way to Kafka, under a lease. */
export interface Outbox {
  readonly _id: string;
  readonly facts: readonly PendingFact[];
  readonly lease: OutboxLease;
}

/**
 * The outboxes in one collection, as one relay works on them. A lease keeps two relays, or two rounds of one, from
 * publishing one document at the same time: an older fact must never come after a newer one, for compaction keeps the
 * last. Every lease has a name of its own, so that who gives one up never gives up a later one.
 */
export class LeasedOutboxes {
  constructor(
    private readonly documents: GroupedCollection<Outboxed>,
    private readonly ids: IdSource,
    /** The name of leases that any round of this relay may take over. */
    private readonly held: string,
  ) {}

  lease(now: Date): OutboxLease {
    return { by: this.ids.uuid(), until: new Date(now.getTime() + LEASE_MS) };
  }

  /** Leases those of the documents that have facts and no lease, and reads them. */
  async take(ids: readonly string[], now: Date): Promise<Outbox[]> {
    const lease = this.lease(now);
    const free = [...unleased(now), { 'outboxLease.by': this.held }];
    await this.documents.whole.updateMany(
      { _id: { $in: [...ids] }, outboxAt: { $exists: true }, $or: free },
      { $set: { outboxLease: lease } },
    );
    const mine = { _id: { $in: [...ids] }, 'outboxLease.by': lease.by };
    const documents = await this.documents.whole.find(mine, { projection: { outbox: 1 } }).toArray();
    return documents.map(({ _id, outbox }) => ({ _id, facts: outbox ?? [], lease }));
  }

  /**
   * Takes published facts out and gives up the leases. Gives the documents to which others have appended facts
   * meanwhile: those are to be published next.
   */
  async clear(outboxes: readonly Outbox[]): Promise<string[]> {
    const cleared = await Promise.all(
      outboxes.map((outbox) =>
        this.documents.updateOne(asLeased(outbox), { $unset: { outbox: '', outboxAt: '', outboxLease: '' } }),
      ),
    );
    const others = outboxes.filter((_, place) => !cleared[place]);
    return others.length === 0 ? [] : this.clearPublished(others);
  }

  /** Those that another relay leases by now, which is none of our business, and those that have more facts. */
  private async clearPublished(outboxes: readonly Outbox[]): Promise<string[]> {
    const published = outboxes.flatMap(({ facts }) => facts.map(({ id }) => id));
    const rest = { $filter: { input: '$outbox', cond: { $not: [{ $in: ['$$this.id', published] }] } } };
    await this.documents.whole.updateMany(leasedAs(outboxes), [{ $set: { outbox: rest } }]);
    const more = await this.documents.whole.find(leasedAs(outboxes), { projection: { _id: 1 } }).toArray();
    await this.release(outboxes);
    return more.map(({ _id }) => _id);
  }

  async release(outboxes: readonly Outbox[]): Promise<void> {
    if (outboxes.length === 0) return;
    await this.documents.whole.updateMany(leasedAs(outboxes), { $unset: { outboxLease: '' } });
  }

  /** Documents whose facts have waited since before `before` with nobody at work on them, oldest first. */
  async leftSince(before: Date, now: Date, limit: number): Promise<string[]> {
    const left = await this.documents.whole
      .find(
        { outboxAt: { $lt: before }, $or: unleased(now) },
        { projection: { _id: 1 }, sort: { outboxAt: 1 }, limit },
      )
      .toArray();
    return left.map(({ _id }) => _id);
  }
}

/**
 * The document as it was leased: with these facts and no more. Their number alone would not do: others may have taken
 * the first ones out, and appended as many.
 */
export function asLeased({ _id, lease, facts }: Outbox): Filter<Outboxed> & { _id: string } {
  return {
    _id,
    'outboxLease.by': lease.by,
    [`outbox.${facts.length - 1}.id`]: facts.at(-1)?.id,
    [`outbox.${facts.length}`]: { $exists: false },
  };
}

/** Documents that still have the leases under which their outboxes were taken. */
function leasedAs(outboxes: readonly Outbox[]): Filter<Outboxed> {
  return {
    _id: { $in: outboxes.map(({ _id }) => _id) },
    'outboxLease.by': { $in: [...new Set(outboxes.map(({ lease }) => lease.by))] },
  };
}

/** No relay works on the document, or the one that did has died. */
function unleased(now: Date): Filter<Outboxed>[] {
  return [{ outboxLease: { $exists: false } }, { 'outboxLease.until': { $lt: now } }];
}
