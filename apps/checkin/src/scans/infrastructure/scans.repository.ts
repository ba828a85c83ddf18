import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import type { Page, PageRequest } from '#kernel';
import { aggregateIn, type Outboxed, outboxIndex, OutboxRelay, type PendingFact } from '#messaging';
import { ensureIndexes, isDuplicateKey, newestFirst } from '#persistence';
import type { DecidedScan, PassableScan, Scan, Verdict } from '../domain/scan.ts';

/** A scan is pending (with `basis`) or decided (with a verdict), never both. */
type ScanDocument = Omit<Scan, 'id'> &
  Outboxed &
  Partial<Verdict> & {
    /** The version of the ticket's admission that the scan is being decided on. */
    basis?: number;
    pendingSince?: Date;
  };

export interface PendingScan {
  readonly scan: PassableScan;
  readonly basis: number;
}

export type StoredScan =
  | { readonly state: 'PENDING'; readonly pending: PendingScan }
  | { readonly state: 'DECIDED'; readonly scan: DecidedScan };

const COLLECTION = 'scans';

@Injectable()
export class ScansRepository implements OnModuleInit {
  private readonly scans: Collection<ScanDocument>;

  constructor(
    db: Db,
    private readonly relay: OutboxRelay,
  ) {
    this.scans = db.collection(COLLECTION);
    relay.watch(COLLECTION);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.scans, [
      {
        keys: { eventId: 1, decidedAt: -1, _id: -1 },
        options: { name: 'event_newest' },
        serves: 'the scans of an event, newest first, page by page',
      },
      {
        keys: { eventId: 1, decision: 1 },
        options: { name: 'event_decision' },
        serves: 'attendance: refused scans of many events, counted in the index alone',
      },
      {
        keys: { pendingSince: 1 },
        options: { name: 'pending', partialFilterExpression: { pendingSince: { $exists: true } } },
        serves: 'the search for scans that a crash left undecided, oldest first',
      },
      outboxIndex,
    ]);
  }

  async find(id: string): Promise<StoredScan | undefined> {
    const document = await this.scans.findOne({ _id: id });
    return document ? fromDocument(document) : undefined;
  }

  /**
   * Writes down, before the admission is asked, which version of it will be asked: anew, or in the place of `basis` on
   * which it was asked before. False when the stored scan is not what the caller thinks; nothing is changed then.
   */
  async pend({ scan, basis }: PendingScan, previousBasis: number | undefined, now: Date): Promise<boolean> {
    if (previousBasis === undefined) {
      const { id, ...fields } = scan;
      return this.inserted(() => this.scans.insertOne({ _id: id, ...fields, basis, pendingSince: now }));
    }
    const { matchedCount } = await this.scans.updateOne(
      { _id: scan.id, basis: previousBasis },
      { $set: { basis, pendingSince: now } },
    );
    return matchedCount === 1;
  }

  /**
   * Keeps a decided scan, with its fact if no other document carries that: in the place of the pending one of this
   * `basis`, or as a new one if none is stored. False when the stored scan is another; nothing is changed then.
   */
  async settle(scan: DecidedScan, basis: number | undefined, fact?: PendingFact): Promise<boolean> {
    const { id, ...fields } = scan;
    const facts = fact ? [fact] : [];
    if (basis !== undefined) {
      const pending = { _id: id, basis };
      const decided = { $set: fields, $unset: { basis: '', pendingSince: '' } } as const;
      if (await this.relay.update<ScanDocument>(COLLECTION, pending, decided, facts)) return true;
    }
    const document = { _id: id, ...fields };
    return this.inserted(() => this.relay.insert<ScanDocument>(COLLECTION, document, facts));
  }

  async findPendingSince(before: Date, limit: number): Promise<PendingScan[]> {
    const found = await this.scans
      .find({ pendingSince: { $lt: before } })
      .sort({ pendingSince: 1 })
      .limit(limit)
      .toArray();
    return found.flatMap((document) => {
      const stored = fromDocument(document);
      return stored.state === 'PENDING' ? [stored.pending] : [];
    });
  }

  async forget({ scan, basis }: PendingScan): Promise<void> {
    await this.scans.deleteOne({ _id: scan.id, basis });
  }

  /** Decided scans of an event, newest first. */
  async list(eventId: string, { first, after }: PageRequest): Promise<Page<DecidedScan>> {
    const decided = { eventId, decidedAt: { $exists: true } };
    const { documents, ...page } = await newestFirst(this.scans, decided, 'decidedAt', { first, after });
    const items = documents.flatMap((document) => {
      const stored = fromDocument(document);
      return stored.state === 'DECIDED' ? [stored.scan] : [];
    });
    return { ...page, items };
  }

  async countRefused(eventIds: readonly string[]): Promise<Map<string, number>> {
    const counts = await this.scans
      .aggregate<{ _id: string; refused: number }>([
        { $match: { eventId: { $in: eventIds }, decision: 'REFUSED' } },
        { $group: { _id: '$eventId', refused: { $sum: 1 } } },
      ])
      .toArray();
    return new Map(counts.map(({ _id, refused }) => [_id, refused]));
  }

  private async inserted(write: () => Promise<unknown>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}

function fromDocument(document: ScanDocument): StoredScan {
  const { id, ...fields } = aggregateIn(document);
  const { basis, pendingSince: _since, decision, reason, decidedAt, usedBefore, ticketId, ...rest } = fields;
  const scan: Scan = { id, ...rest, ...(ticketId ? { ticketId } : {}) };
  if (decision && reason && decidedAt) {
    return {
      state: 'DECIDED',
      scan: { ...scan, decision, reason, decidedAt, ...(usedBefore ? { usedBefore } : {}) },
    };
  }
  if (basis === undefined || !ticketId) throw new Error(`scan ${id} is neither pending nor decided`);
  return { state: 'PENDING', pending: { scan: { ...scan, ticketId }, basis } };
}
