import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type AnyBulkWriteOperation, type Collection, Db, type WithId } from 'mongodb';
import { ensureIndexes, onlyDuplicateKeys } from '#persistence';
import { type Demand, type DemandLedger, REMEMBERED_FACTS } from '../domain/demand.ts';

interface DemandDocument extends Omit<DemandLedger, 'ticketTypeId'> {
  _id: string;
  /** Rises with each write of the counts: what the next one is conditional on. */
  revision: number;
  /** When the price is to be reviewed; absent while nothing can move it. */
  dueAt?: Date;
}

/** A ledger as it was read. */
export interface StoredLedger {
  readonly ledger: DemandLedger;
  readonly revision: number;
}

/** A ledger after a fold, and the one it replaces; `before` is absent for a ticket type's first demand. */
export interface LedgerUpdate {
  readonly before?: StoredLedger;
  readonly after: DemandLedger;
}

/** A ticket type whose price is to be reviewed. */
export interface DueReview {
  readonly demand: Demand;
  /** When the review comes up again if nobody says otherwise. */
  readonly takenUntil: Date;
}

/** What a review says about the next one. */
export interface NextReview {
  readonly due: DueReview;
  /** Absent: only new demand or new terms of sale can move the price. */
  readonly at?: Date;
}

@Injectable()
export class DemandRepository implements OnModuleInit {
  private readonly demand: Collection<DemandDocument>;

  constructor(db: Db) {
    this.demand = db.collection('demand');
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.demand, [
      {
        keys: { dueAt: 1 },
        options: { name: 'due', partialFilterExpression: { dueAt: { $exists: true } } },
        serves: 'the reviews that are due, oldest first, however many ticket types have no demand',
      },
    ]);
  }

  async ledgersOf(ticketTypeIds: readonly string[]): Promise<Map<string, StoredLedger>> {
    const found = await this.demand.find({ _id: { $in: [...ticketTypeIds] } }).toArray();
    return new Map(found.map((document) => [document._id, ledgerOf(document)]));
  }

  /**
   * Writes ledgers, each on condition that it is still as it was read, and has their prices reviewed. False when another
   * writer was faster with any of them: read and fold again, what was written already counts no fact twice.
   */
  async saveAll(updates: readonly LedgerUpdate[], now: Date): Promise<boolean> {
    if (updates.length === 0) return true;
    try {
      const { matchedCount, upsertedCount } = await this.demand.bulkWrite(
        updates.map((update) => conditionalWrite(update, now)),
        { ordered: false },
      );
      return matchedCount + upsertedCount === updates.length;
    } catch (error) {
      if (onlyDuplicateKeys(error)) return false;
      throw error;
    }
  }

  /** Has the prices reviewed of those ticket types that have had any demand. */
  async reviewSoon(ticketTypeIds: readonly string[], now: Date): Promise<void> {
    if (ticketTypeIds.length === 0) return;
    await this.demand.updateMany({ _id: { $in: [...ticketTypeIds] } }, { $min: { dueAt: now } });
  }

  /**
   * Takes at most `limit` due reviews, oldest first, and puts them off until `takenUntil`: a process that dies over them
   * leaves them to be found again then. Two processes may take the same one at the same instant; that costs a little
   * work, since the price book decides who publishes.
   */
  async takeDue(now: Date, takenUntil: Date, limit: number): Promise<DueReview[]> {
    const due = await this.demand
      .find({ dueAt: { $lte: now } }, { projection: { _id: 1 }, sort: { dueAt: 1 }, limit })
      .toArray();
    if (due.length === 0) return [];
    const taken = { _id: { $in: due.map(({ _id }) => _id) } };
    await this.demand.updateMany({ ...taken, dueAt: { $lte: now } }, { $set: { dueAt: takenUntil } });
    // Read after taking: demand that comes from here on makes the review due again.
    const found = await this.demand.find(taken, { projection: { recentFactIds: 0, offsets: 0 } }).toArray();
    return found.map((document) => ({ demand: demandOf(document), takenUntil }));
  }

  /** Sets when each ticket type is due again, unless demand has made it due meanwhile. */
  async plan(next: readonly NextReview[]): Promise<void> {
    if (next.length === 0) return;
    const writes = next.map(({ due, at }): AnyBulkWriteOperation<DemandDocument> => ({
      updateOne: {
        filter: { _id: due.demand.ticketTypeId, dueAt: due.takenUntil },
        update: at ? { $set: { dueAt: at } } : { $unset: { dueAt: '' } },
      },
    }));
    await this.demand.bulkWrite(writes, { ordered: false });
  }
}

/** An upsert that finds the revision changed tries to insert, and the primary key refuses. */
function conditionalWrite({ before, after }: LedgerUpdate, now: Date): AnyBulkWriteOperation<DemandDocument> {
  const { ticketTypeId, recentFactIds, ...fields } = after;
  const known = new Set(before?.ledger.recentFactIds);
  const revision = before?.revision ?? 0;
  return {
    updateOne: {
      filter: { _id: ticketTypeId, revision },
      update: {
        $set: { ...fields, revision: revision + 1 },
        $push: {
          recentFactIds: { $each: recentFactIds.filter((id) => !known.has(id)), $slice: -REMEMBERED_FACTS },
        },
        $min: { dueAt: now },
      },
      upsert: true,
    },
  };
}

function ledgerOf(document: WithId<DemandDocument>): StoredLedger {
  const { recentFactIds, offsets, revision } = document;
  return { ledger: { ...demandOf(document), recentFactIds, offsets }, revision };
}

function demandOf({ _id, eventId, counts, lastDemandAt, lastFact }: WithId<DemandDocument>): Demand {
  return { ticketTypeId: _id, eventId, counts, lastDemandAt, lastFact };
}
