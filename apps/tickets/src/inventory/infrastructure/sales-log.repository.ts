import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { ensureIndexes, onlyDuplicateKeys } from '#persistence';
import type { Sale } from '../domain/sale.ts';

const KEPT_DAYS = 30;

/** Every claim and return of units, in the order of each event: what live streams resume from. */
@Injectable()
export class SalesLogRepository implements OnModuleInit {
  private readonly log: Collection<Sale>;

  constructor(db: Db) {
    this.log = db.collection('sales_log');
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.log, [
      {
        keys: { eventId: 1, seq: 1 },
        options: { unique: true, name: 'place' },
        serves: 'one sale at each place; what came after a place',
      },
      {
        keys: { at: 1 },
        options: { name: 'kept', expireAfterSeconds: KEPT_DAYS * 86_400 },
        serves: 'sales are forgotten after 30 days',
      },
    ]);
  }

  /** Writes sales. Those that stand there already stay as they are. */
  async add(sales: readonly Sale[]): Promise<void> {
    if (sales.length === 0) return;
    try {
      await this.log.insertMany([...sales], { ordered: false });
    } catch (error) {
      if (!onlyDuplicateKeys(error)) throw error;
    }
  }

  /** The event's sales after one place and up to another, oldest first. */
  async between(eventId: string, after: number, upTo: number, limit: number): Promise<Sale[]> {
    return this.log
      .find({ eventId, seq: { $gt: after, $lte: upTo } }, { projection: { _id: 0 } })
      .sort({ seq: 1 })
      .limit(limit)
      .toArray();
  }
}
