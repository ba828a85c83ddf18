import type { Collection, Filter } from 'mongodb';
import type { PendingFact } from './facts.ts';
import type { Outboxed } from './outbox.ts';

/** Longer than a publish takes; shorter than anyone wants to wait for the facts of a relay that died. */
const LEASE_MS = 10_000;

export type OutboxLease = Required<Outboxed>['outboxLease'];

/** A document's facts on their way to Kafka. */
export interface Outbox {
  readonly _id: string;
  readonly facts: readonly PendingFact[];
}

/**
 * The outboxes in one collection, as one relay works on them. A lease keeps two relays from publishing one document at
 * the same time: an older fact must never come after a newer one, for compaction keeps the last.
 */
export class LeasedOutboxes {
  constructor(
    private readonly collection: Collection<Outboxed>,
    private readonly owner: string,
  ) {}

  lease(now: Date, forMs = LEASE_MS): OutboxLease {
    return { by: this.owner, until: new Date(now.getTime() + forMs) };
  }

  /** Leases those of the documents that have facts and are leased to nobody else, and reads them. */
  async take(ids: readonly string[], now: Date): Promise<Outbox[]> {
    const free = [...unleased(now), { 'outboxLease.by': this.owner }];
    await this.collection.updateMany(
      { _id: { $in: [...ids] }, outboxAt: { $exists: true }, $or: free },
      { $set: { outboxLease: this.lease(now) } },
    );
    const documents = await this.collection.find(this.mine(ids), { projection: { outbox: 1 } }).toArray();
    return documents.map(({ _id, outbox }) => ({ _id, facts: outbox ?? [] }));
  }

  /** Takes published facts out and gives up the leases of the documents that have no more. */
  async clear(outboxes: readonly Outbox[]): Promise<void> {
    const published = outboxes.flatMap(({ facts }) => facts.map(({ id }) => id));
    const rest = { $filter: { input: '$outbox', cond: { $not: [{ $in: ['$$this.id', published] }] } } };
    await this.collection.updateMany(this.mine(outboxes.map(({ _id }) => _id)), [
      { $set: { outbox: rest } },
      {
        $set: {
          outboxAt: { $cond: [{ $eq: ['$outbox', []] }, '$$REMOVE', '$outboxAt'] },
          outboxLease: { $cond: [{ $eq: ['$outbox', []] }, '$$REMOVE', '$outboxLease'] },
        },
      },
    ]);
  }

  /** Of documents that were cleared, those to which facts were appended meanwhile; their leases are given up. */
  async withMore(ids: readonly string[]): Promise<string[]> {
    const found = await this.collection
      .find({ ...this.mine(ids), outboxAt: { $exists: true } }, { projection: { _id: 1 } })
      .toArray();
    const more = found.map(({ _id }) => _id);
    if (more.length > 0) await this.release(more);
    return more;
  }

  async release(ids: readonly string[]): Promise<void> {
    await this.collection.updateMany(this.mine(ids), { $unset: { outboxLease: '' } });
  }

  /** Documents whose facts have waited since before `before` with nobody at work on them, oldest first. */
  async leftSince(before: Date, now: Date, limit: number): Promise<string[]> {
    const left = await this.collection
      .find(
        { outboxAt: { $lt: before }, $or: unleased(now) },
        { projection: { _id: 1 }, sort: { outboxAt: 1 }, limit },
      )
      .toArray();
    return left.map(({ _id }) => _id);
  }

  private mine(ids: readonly string[]) {
    return { _id: { $in: [...ids] }, 'outboxLease.by': this.owner };
  }
}

/** No relay works on the document, or the one that did has died. */
function unleased(now: Date): Filter<Outboxed>[] {
  return [{ outboxLease: { $exists: false } }, { 'outboxLease.until': { $lt: now } }];
}
