import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Db, type Filter } from 'mongodb';
import { ensureIndexes, GroupedCollection, isDuplicateKey } from '#persistence';
import { type CartLine, unitsOf } from '../domain/cart.ts';

/** How many units of an event an account has bought, and in which orders. Counted by purchaser, not by holder. */
export interface Allowance {
  readonly eventId: string;
  readonly accountId: string;
  readonly total: number;
  readonly orders: readonly string[];
  /** Of these orders, what was taken off already: `<order id>:<number of the return>`. */
  readonly returns?: readonly string[];
  /** The newest orders that are counted no more, and never again: see `MAX_ENDED`. */
  readonly ended?: readonly string[];
  /** The same units by ticket type. */
  readonly byType?: Readonly<Record<string, number>>;
}

/** What an account owns of an event. */
export type Owned = Pick<Allowance, 'accountId' | 'total' | 'orders' | 'byType'>;

/** An order's units, to be counted for its buyer. */
export interface CountedOrder {
  readonly id: string;
  readonly eventId: string;
  readonly buyerId: string;
  readonly lines: readonly CartLine[];
}

export interface PurchaseLimits {
  /** Most units of the event that one account may own. */
  readonly maxPerAccount: number;
  /** The same of a ticket type, for those that have a limit of their own. */
  readonly byType: ReadonlyMap<string, number>;
}

type AllowanceDocument = Allowance & { _id: string };

const BUYERS_AT_ONCE = 10_000;
/**
 * Orders of one account that are remembered to have ended. A process that was stopped in the middle of claiming may still
 * send its attempt to count an order that others have ended meanwhile, for as long as a request may be under way (30 s).
 */
const MAX_ENDED = 50;
/** Each changes the document, or finds that somebody else has changed it in between. */
const LOWER_ATTEMPTS = 5;

@Injectable()
export class AllowancesRepository implements OnModuleInit {
  private readonly allowances: GroupedCollection<AllowanceDocument>;

  constructor(db: Db) {
    this.allowances = new GroupedCollection(db, 'allowances');
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.allowances.whole, [
      {
        keys: { eventId: 1 },
        options: { name: 'event' },
        serves: "an event's buyers, when its stock is loaded",
      },
    ]);
  }

  /**
   * Counts an order's units, once, unless that would exceed a limit, or the order has been taken off. True when they are
   * counted (now or before).
   */
  async raise(order: CountedOrder, limits: PurchaseLimits): Promise<boolean> {
    const { id: orderId, eventId, buyerId: accountId, lines } = order;
    const _id = `${eventId}:${accountId}`;
    if (exceeds(lines, limits)) return false;
    const isNew = { orders: { $ne: orderId }, ended: { $ne: orderId } };
    try {
      await this.allowances.updateOne(
        { _id, ...isNew, ...roomFor(lines, limits) },
        { $inc: unitChanges(lines, 1), $push: { orders: orderId }, $setOnInsert: { eventId, accountId } },
        { upsert: true },
      );
      return true;
    } catch (error) {
      // The document is there and does not match: the order is counted or has ended already, or there is no room.
      if (!isDuplicateKey(error)) throw error;
    }
    return this.has({ _id, orders: orderId });
  }

  /**
   * Takes the last units of an order off again, once: it is counted no more, also not by an attempt that comes later.
   * `index` is the number of this return of the order's, whose earlier ones `lowerPartly` took off.
   */
  async lower(order: CountedOrder, index = 0): Promise<void> {
    for (let attempt = 0; attempt < LOWER_ATTEMPTS; attempt++)
      if ((await this.takeOff(order, index)) || (await this.noteEnded(order))) return;
    throw new Error(`order ${order.id} is counted anew all the time`);
  }

  /** False when the order is not counted. */
  private takeOff({ id, eventId, buyerId, lines }: CountedOrder, index: number): Promise<boolean> {
    const before = Array.from({ length: index }, (_, i) => `${id}:${i}`);
    return this.allowances.updateOne(
      { _id: `${eventId}:${buyerId}`, orders: id },
      {
        $inc: unitChanges(lines, -1),
        $pull: { orders: id, returns: { $in: before } },
        $push: { ended: { $each: [id], $slice: -MAX_ENDED } },
      },
    );
  }

  /** Of an order that is not counted. False when it was counted just now. */
  private async noteEnded({ id, eventId, buyerId: accountId }: CountedOrder): Promise<boolean> {
    const _id = `${eventId}:${accountId}`;
    try {
      await this.allowances.updateOne(
        { _id, orders: { $ne: id }, ended: { $ne: id } },
        {
          $push: { ended: { $each: [id], $slice: -MAX_ENDED } },
          $setOnInsert: { eventId, accountId, total: 0, orders: [] },
        },
        { upsert: true },
      );
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    return this.has({ _id, ended: id });
  }

  private async has(filter: Filter<AllowanceDocument>): Promise<boolean> {
    return (await this.allowances.whole.findOne(filter, { projection: { _id: 1 } })) !== null;
  }

  /** Takes some of an order's units off, once for each number of a return. The order stays counted for the others. */
  async lowerPartly({ id: orderId, eventId, buyerId, lines }: CountedOrder, index: number): Promise<void> {
    const one = `${orderId}:${index}`;
    await this.allowances.updateOne(
      { _id: `${eventId}:${buyerId}`, orders: orderId, returns: { $ne: one } },
      { $inc: unitChanges(lines, -1), $push: { returns: one } },
    );
  }

  /** Of every buyer of an event. `byType` is of the given ticket types only: there may be a hundred thousand buyers. */
  async ofEvent(eventId: string, ticketTypeIds: readonly string[]): Promise<Owned[]> {
    const byType = Object.fromEntries(ticketTypeIds.map((id) => [`byType.${id}`, 1]));
    const projection = { _id: 0, accountId: 1, total: 1, orders: 1, ...byType };
    const options = { projection, batchSize: BUYERS_AT_ONCE };
    return this.allowances.whole.find<Owned>({ eventId, total: { $gt: 0 } }, options).toArray();
  }
}

/** No allowance has room for such an order, however little the account owns. */
function exceeds(lines: readonly CartLine[], { maxPerAccount, byType }: PurchaseLimits): boolean {
  if (unitsOf(lines) > maxPerAccount) return true;
  return lines.some(({ ticketTypeId, quantity }) => quantity > (byType.get(ticketTypeId) ?? quantity));
}

/** `$not` so that what is not counted yet has room. */
function roomFor(lines: readonly CartLine[], limits: PurchaseLimits): Omit<Filter<AllowanceDocument>, '_id'> {
  const room: Record<string, object> = { total: { $not: { $gt: limits.maxPerAccount - unitsOf(lines) } } };
  for (const { ticketTypeId, quantity } of lines) {
    const max = limits.byType.get(ticketTypeId);
    if (max !== undefined) room[`byType.${ticketTypeId}`] = { $not: { $gt: max - quantity } };
  }
  return room;
}

function unitChanges(lines: readonly CartLine[], sign: 1 | -1): Record<string, number> {
  const byType = lines.map(({ ticketTypeId, quantity }) => [`byType.${ticketTypeId}`, sign * quantity]);
  return Object.fromEntries([['total', sign * unitsOf(lines)], ...byType]);
}
