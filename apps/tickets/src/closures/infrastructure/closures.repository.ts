import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import type { InstantKey } from '#kernel';
import { ensureIndexes } from '#persistence';

/** A cancelled event whose orders are being undone. */
export interface Closure {
  readonly eventId: string;
  readonly begunAt: Date;
  /** After which order, newest first, the next turn goes on. Undefined: with the newest. */
  readonly after?: InstantKey;
}

interface ClosureDocument {
  _id: string;
  begunAt: Date;
  after?: InstantKey;
  /** When somebody looks for orders to undo; undefined once none are left. */
  driveAt?: Date;
}

/** Which events are being wound up: what goes on after a crash. */
@Injectable()
export class ClosuresRepository implements OnModuleInit {
  private readonly closures: Collection<ClosureDocument>;

  constructor(db: Db) {
    this.closures = db.collection('closures');
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.closures, [
      {
        keys: { driveAt: 1 },
        options: { name: 'drive', partialFilterExpression: { driveAt: { $exists: true } } },
        serves: 'the sweep: cancelled events with orders to undo',
      },
    ]);
  }

  /** Begins to wind up the events. One that was begun before stays as it is. */
  async begin(eventIds: readonly string[], now: Date): Promise<void> {
    if (eventIds.length === 0) return;
    const writes = eventIds.map((_id) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: { begunAt: now, driveAt: now } }, upsert: true },
    }));
    await this.closures.bulkWrite(writes, { ordered: false });
  }

  /** Takes one that is due; until `leaseUntil` no other instance takes it. */
  async takeDue(now: Date, leaseUntil: Date): Promise<Closure | undefined> {
    const due = await this.closures.findOneAndUpdate(
      { driveAt: { $lte: now } },
      { $set: { driveAt: leaseUntil } },
      { sort: { driveAt: 1 }, returnDocument: 'after' },
    );
    return due ? { eventId: due._id, begunAt: due.begunAt, after: due.after } : undefined;
  }

  async lookAgain(eventId: string, at: Date, after: InstantKey | undefined): Promise<void> {
    await this.closures.updateOne(
      { _id: eventId, driveAt: { $exists: true } },
      after === undefined
        ? { $set: { driveAt: at }, $unset: { after: '' } }
        : { $set: { driveAt: at, after } },
    );
  }

  async finish(eventId: string): Promise<void> {
    await this.closures.updateOne({ _id: eventId }, { $unset: { driveAt: '' } });
  }
}
