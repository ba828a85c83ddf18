import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db, type Filter } from 'mongodb';
import { ensureIndexes, isDuplicateKey } from '#persistence';

/** How many units of an event an account has bought, and in which orders. Counted by purchaser, not by holder. */
export interface Allowance {
  readonly eventId: string;
  readonly accountId: string;
  readonly total: number;
  readonly orders: readonly string[];
}

type AllowanceDocument = Allowance & { _id: string };

@Injectable()
export class AllowancesRepository implements OnModuleInit {
  private readonly allowances: Collection<AllowanceDocument>;

  constructor(db: Db) {
    this.allowances = db.collection('allowances');
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.allowances, [
      {
        keys: { eventId: 1 },
        options: { name: 'event' },
        serves: "an event's buyers, when its stock is loaded",
      },
    ]);
  }

  /** Counts an order's units, once, unless that would exceed `max`. True when they are counted (now or before). */
  async raise(
    eventId: string,
    accountId: string,
    orderId: string,
    units: number,
    max: number,
  ): Promise<boolean> {
    const _id = `${eventId}:${accountId}`;
    if (units > max) return false;
    const hasRoom: Filter<AllowanceDocument> = {
      _id,
      total: { $lte: max - units },
      orders: { $ne: orderId },
    };
    try {
      await this.allowances.updateOne(
        hasRoom,
        { $inc: { total: units }, $push: { orders: orderId }, $setOnInsert: { eventId, accountId } },
        { upsert: true },
      );
      return true;
    } catch (error) {
      // The document is there and does not match: the order is counted already, or there is no room.
      if (!isDuplicateKey(error)) throw error;
    }
    const counted = await this.allowances.findOne({ _id, orders: orderId }, { projection: { _id: 1 } });
    return counted !== null;
  }

  /** Takes an order's units off again, once. */
  async lower(eventId: string, accountId: string, orderId: string, units: number): Promise<void> {
    await this.allowances.updateOne(
      { _id: `${eventId}:${accountId}`, orders: orderId },
      { $inc: { total: -units }, $pull: { orders: orderId } },
    );
  }

  async ofEvent(eventId: string): Promise<Allowance[]> {
    return this.allowances.find({ eventId }, { projection: { _id: 0 } }).toArray();
  }
}
