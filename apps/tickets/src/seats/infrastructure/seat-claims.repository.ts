import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type AnyBulkWriteOperation, type Collection, Db } from 'mongodb';
import { ensureIndexes, onlyDuplicateKeys } from '#persistence';
import type { Seat } from '../domain/seat.ts';

/** There is a document for a seat only while it is taken, and its key lets there be one. */
interface SeatClaimDocument {
  /** `<event id>:<seat id>` */
  readonly _id: string;
  readonly orderId: string;
  /** When it is to be looked at whether its order still holds it; absent once that is settled. */
  readonly checkAt?: Date;
}

/** An order's seats, to be claimed or given back. */
export interface SeatedOrder {
  readonly id: string;
  readonly eventId: string;
  readonly lines: readonly { readonly seats?: readonly Seat[] }[];
}

/** A claim as the sweep found it. */
export interface UncheckedClaim {
  readonly id: string;
  readonly eventId: string;
  readonly seatId: string;
  readonly orderId: string;
  readonly checkAt: Date;
}

/** Longer than an attempt at a claim lives, with whatever a process that was stopped in the middle does after it. */
const CHECK_AFTER_MS = 60_000;

/** Each ends with the seats claimed, or with somebody else found to have one, unless that changes in between. */
const TAKE_ATTEMPTS = 5;

/** Who has which seat for good. */
@Injectable()
export class SeatClaimsRepository implements OnModuleInit {
  private readonly claims: Collection<SeatClaimDocument>;

  constructor(db: Db) {
    this.claims = db.collection('seat_claims');
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.claims, [
      {
        keys: { checkAt: 1 },
        options: { name: 'check', partialFilterExpression: { checkAt: { $exists: true } } },
        serves: 'the sweep: claims whose orders are to be looked at',
      },
    ]);
  }

  /**
   * Claims all seats of an order, as often as it is tried. False when somebody else has one of them; then some of the
   * order's own may be claimed, until they are given back. Seats are claimed in one order by everybody, so that of two
   * orders that want the same ones the first to come has them all.
   */
  async take(order: SeatedOrder, now: Date): Promise<boolean> {
    const ids = claimIdsOf(order);
    if (ids.length === 0) return true;
    const checkAt = new Date(now.getTime() + CHECK_AFTER_MS);
    // Also renews what is the order's own: a sweep that is about to delete it then finds it changed.
    const writes = ids.map((_id): AnyBulkWriteOperation<SeatClaimDocument> => {
      const orderId = order.id;
      return { updateOne: { filter: { _id, orderId }, update: { $set: { checkAt } }, upsert: true } };
    });
    for (let attempt = 0; attempt < TAKE_ATTEMPTS; attempt++) {
      try {
        await this.claims.bulkWrite(writes, { ordered: true });
        return true;
      } catch (error) {
        if (!onlyDuplicateKeys(error)) throw error;
      }
      // Two processes that claim for the same order at once are in each other's way as well.
      const others = { _id: { $in: ids }, orderId: { $ne: order.id } };
      if ((await this.claims.findOne(others, { projection: { _id: 1 } })) !== null) return false;
    }
    throw new Error(`the seats of order ${order.id} change hands all the time`);
  }

  /** Gives the order's seats back: those that are not its own stay as they are. */
  async giveBack(order: SeatedOrder): Promise<void> {
    const ids = claimIdsOf(order);
    if (ids.length > 0) await this.claims.deleteMany({ _id: { $in: ids }, orderId: order.id });
  }

  /** Every seat of an event that is taken. From the index of keys alone, as one document: 60,000 are some 2 MB. */
  async taken(eventId: string): Promise<string[]> {
    const [found] = await this.claims
      .aggregate<{ ids: string[] }>([
        { $match: { _id: { $gte: `${eventId}:`, $lt: `${eventId};` } } },
        { $project: { _id: 1 } },
        { $group: { _id: null, ids: { $push: '$_id' } } },
      ])
      .toArray();
    return (found?.ids ?? []).map(seatIdOf);
  }

  /** Of the seats of some orders, those that none of these orders has claimed, but another. */
  async takenByOthers(orders: readonly SeatedOrder[]): Promise<string[]> {
    const ids = orders.flatMap(claimIdsOf);
    if (ids.length === 0) return [];
    const found = await this.claims
      .find({ _id: { $in: ids }, orderId: { $nin: orders.map(({ id }) => id) } }, { projection: { _id: 1 } })
      .toArray();
    return found.map(({ _id }) => seatIdOf(_id));
  }

  async toBeChecked(now: Date, limit: number): Promise<UncheckedClaim[]> {
    const found = await this.claims.find({ checkAt: { $lte: now } }, { limit }).toArray();
    return found.flatMap(({ _id, orderId, checkAt }) =>
      checkAt
        ? [{ id: _id, eventId: _id.slice(0, _id.indexOf(':')), seatId: seatIdOf(_id), orderId, checkAt }]
        : [],
    );
  }

  /** The orders hold them. */
  async settle(claims: readonly UncheckedClaim[]): Promise<void> {
    await this.write(claims, (filter) => ({ updateOne: { filter, update: { $unset: { checkAt: '' } } } }));
  }

  async checkLater(claims: readonly UncheckedClaim[], now: Date): Promise<void> {
    const checkAt = new Date(now.getTime() + CHECK_AFTER_MS);
    await this.write(claims, (filter) => ({ updateOne: { filter, update: { $set: { checkAt } } } }));
  }

  /** Deletes claims that nobody has renewed since they were found. */
  async forget(claims: readonly UncheckedClaim[]): Promise<void> {
    await this.write(claims, (filter) => ({ deleteOne: { filter } }));
  }

  private async write(
    claims: readonly UncheckedClaim[],
    toWrite: (found: {
      _id: string;
      orderId: string;
      checkAt: Date;
    }) => AnyBulkWriteOperation<SeatClaimDocument>,
  ): Promise<void> {
    if (claims.length === 0) return;
    const writes = claims.map(({ id, orderId, checkAt }) => toWrite({ _id: id, orderId, checkAt }));
    await this.claims.bulkWrite(writes, { ordered: false });
  }
}

function claimIdsOf({ eventId, lines }: SeatedOrder): string[] {
  return lines.flatMap(({ seats = [] }) => seats.map(({ seatId }) => `${eventId}:${seatId}`)).toSorted();
}

function seatIdOf(claimId: string): string {
  return claimId.slice(claimId.indexOf(':') + 1);
}
