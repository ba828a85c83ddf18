import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db, type Document, type Filter, type UpdateFilter } from 'mongodb';
import { ensureIndexes } from '#persistence';
import type { QuotedLine } from '../domain/cart.ts';
import { type CapacityWish, type Inventory, type Move, soldOf } from '../domain/inventory.ts';

type InventoryDocument = Omit<Inventory, 'eventId'> & { _id: string };

/** Moves that one event may keep before claims must wait; at 10 s each that is 200 purchases a second. */
const MAX_MOVES = 2_000;
/** After a move's deadline, before it may be forgotten. Deadline and trim are judged by the same clock: MongoDB's. */
const TRIM_MARGIN_MS = 5_000;

export interface NewInventory {
  readonly eventId: string;
  readonly capacities: ReadonlyMap<string, number>;
  /** Of an event that is known late: see `wishOnOpening`. */
  readonly wish: CapacityWish | undefined;
}

export interface ClaimRequest {
  readonly eventId: string;
  readonly orderId: string;
  readonly lines: readonly QuotedLine[];
  readonly deadline: Date;
}

/** Units of an order that go back to the pools. */
export interface ReturnRequest extends ClaimRequest {
  /** 0 for an order's first return, which may be of all its units. */
  readonly index: number;
  /** None of the order's units is sold any more. */
  readonly endsOrder: boolean;
}

export type ClaimOutcome =
  | { readonly outcome: 'CLAIMED'; readonly unitsSold: number }
  /** The units cannot be had, and no attempt at this claim will ever succeed. */
  | { readonly outcome: 'REFUSED' }
  /** Neither claimed nor refused for good: try again. */
  | { readonly outcome: 'UNDECIDED' };

/** The inventory document of each event. See domain/inventory.ts. */
@Injectable()
export class InventoryRepository implements OnModuleInit {
  private readonly inventories: Collection<InventoryDocument>;

  constructor(db: Db) {
    this.inventories = db.collection('inventory');
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.inventories, [
      {
        keys: { 'moves.deadline': 1 },
        options: { name: 'moves', partialFilterExpression: { 'moves.deadline': { $exists: true } } },
        serves: 'the sweep that trims moves whose time is over',
      },
    ]);
  }

  async find(eventId: string): Promise<Inventory | undefined> {
    const found = await this.inventories.findOne({ _id: eventId });
    return found ? fromDocument(found) : undefined;
  }

  /** For a loader. Without the moves, which only claims need. */
  findMany = async (eventIds: readonly string[]): Promise<Map<string, Inventory>> => {
    const found = await this.inventories
      .find({ _id: { $in: [...eventIds] } }, { projection: { moves: 0 } })
      .toArray();
    return new Map(found.map((document) => [document._id, fromDocument({ ...document, moves: [] })]));
  };

  /** Opens the inventories of newly published events; one that is there stays as it is. */
  async open(inventories: readonly NewInventory[]): Promise<void> {
    if (inventories.length === 0) return;
    const writes = inventories.map(({ eventId, capacities, wish }) => {
      const pools = emptyPools(capacities);
      const opened = { open: true, seq: 0, orders: 0, pools, moves: [], ...(wish ? { wish } : {}) };
      return { updateOne: { filter: { _id: eventId }, update: { $setOnInsert: opened }, upsert: true } };
    });
    await this.inventories.bulkWrite(writes, { ordered: false });
  }

  /** The fence: from here on no claim of these events succeeds. */
  async close(eventIds: readonly string[]): Promise<void> {
    if (eventIds.length === 0) return;
    await this.inventories.updateMany(
      { _id: { $in: [...eventIds] }, open: true },
      { $set: { open: false }, $inc: { seq: 1 } },
    );
  }

  /** Takes the units of a whole order or none, at most once per order, however often and by whomever it is tried. */
  async claim(request: ClaimRequest): Promise<ClaimOutcome> {
    const { eventId, lines } = request;
    const move = claimMove(request);
    const enough = lines.map(({ ticketTypeId, quantity }) => ({
      $lte: [{ $add: [`$pools.${ticketTypeId}.sold`, quantity] }, `$pools.${ticketTypeId}.capacity`],
    }));
    const claimed = await this.apply(eventId, move, { open: true }, enough, {
      ...unitChanges(lines, 1),
      orders: 1,
    });
    if (claimed) return { outcome: 'CLAIMED', unitsSold: soldOf(claimed) };
    return this.refuse(request);
  }

  /** Makes sure that no attempt at the order's claim ever succeeds, unless one has: then it says so. */
  async refuse(request: ClaimRequest): Promise<ClaimOutcome> {
    const move = claimMove(request);
    const refused = await this.apply(request.eventId, { ...move, kind: 'REFUSAL', lines: [] }, {}, [], {});
    if (refused) return { outcome: 'REFUSED' };
    const made = await this.moveIn(request.eventId, move.id);
    if (made?.kind === 'REFUSAL') return { outcome: 'REFUSED' };
    const inventory = await this.find(request.eventId);
    if (made?.kind === 'CLAIM' && inventory) return { outcome: 'CLAIMED', unitsSold: soldOf(inventory) };
    return { outcome: 'UNDECIDED' };
  }

  /** Gives claimed units back, at most once per return of an order. */
  async giveBack(request: ReturnRequest): Promise<boolean> {
    const { eventId, orderId, lines, deadline, index, endsOrder } = request;
    const move: Move = {
      id: index === 0 ? `${orderId}:return` : `${orderId}:return:${index}`,
      orderId,
      kind: 'RETURN',
      lines: unitsOnly(lines),
      deadline,
    };
    const returned = await this.apply(eventId, move, {}, [], {
      ...unitChanges(lines, -1),
      orders: endsOrder ? -1 : 0,
    });
    return returned !== undefined || (await this.moveIn(eventId, move.id)) !== undefined;
  }

  /**
   * Forgets moves whose deadline passed a while ago, but for those of orders that `stillMoving` names.
   * Gives the number of events that were looked at.
   */
  async trim(
    now: Date,
    stillMoving: (orderIds: string[]) => Promise<ReadonlySet<string>>,
    limit: number,
  ): Promise<number> {
    const over = { $lt: ['$$this.deadline', { $subtract: ['$$NOW', TRIM_MARGIN_MS] }] };
    const candidates = await this.inventories
      .aggregate<{ _id: string; over: Move[] }>([
        { $match: { 'moves.deadline': { $lt: new Date(now.getTime() - TRIM_MARGIN_MS) } } },
        { $limit: limit },
        { $project: { over: { $filter: { input: '$moves', cond: over } } } },
      ])
      .toArray();
    for (const { _id, over: moves } of candidates) {
      const moving = await stillMoving(moves.map(({ orderId }) => orderId));
      const ids = moves.filter(({ orderId }) => !moving.has(orderId)).map(({ id }) => id);
      if (ids.length > 0)
        await this.inventories.updateOne({ _id }, { $pull: { moves: { id: { $in: ids } } } });
    }
    return candidates.length;
  }

  /** One conditional update: the move is new, its time is not over, there is room for it, and `conditions` hold. */
  private async apply(
    eventId: string,
    move: Move,
    filter: Filter<InventoryDocument>,
    conditions: readonly Document[],
    changes: Record<string, number>,
  ): Promise<Inventory | undefined> {
    const beforeDeadline = { $lt: ['$$NOW', move.deadline] };
    const update: UpdateFilter<InventoryDocument> = { $inc: { seq: 1, ...changes }, $push: { moves: move } };
    const after = await this.inventories.findOneAndUpdate(
      {
        _id: eventId,
        'moves.id': { $ne: move.id },
        [`moves.${MAX_MOVES - 1}`]: { $exists: false },
        $expr: { $and: [beforeDeadline, ...conditions] },
        ...filter,
      },
      update,
      { returnDocument: 'after', projection: { moves: 0 } },
    );
    return after ? fromDocument({ ...after, moves: [] }) : undefined;
  }

  private async moveIn(eventId: string, moveId: string): Promise<Move | undefined> {
    const found = await this.inventories.findOne(
      { _id: eventId, 'moves.id': moveId },
      { projection: { moves: { $elemMatch: { id: moveId } } } },
    );
    return found?.moves[0];
  }
}

function claimMove({ orderId, lines, deadline }: ClaimRequest): Move {
  return { id: `${orderId}:claim`, orderId, kind: 'CLAIM', lines: unitsOnly(lines), deadline };
}

function emptyPools(capacities: ReadonlyMap<string, number>): InventoryDocument['pools'] {
  return Object.fromEntries([...capacities].map(([id, capacity]) => [id, { capacity, sold: 0, revenue: 0 }]));
}

function unitsOnly(lines: readonly QuotedLine[]): Move['lines'] {
  return lines.map(({ ticketTypeId, quantity }) => ({ ticketTypeId, quantity }));
}

function unitChanges(lines: readonly QuotedLine[], sign: 1 | -1): Record<string, number> {
  return Object.fromEntries(
    lines.flatMap(({ ticketTypeId, quantity, unitPrice }) => [
      [`pools.${ticketTypeId}.sold`, sign * quantity],
      [`pools.${ticketTypeId}.revenue`, sign * quantity * unitPrice.amount],
    ]),
  );
}

function fromDocument({ _id, ...inventory }: InventoryDocument): Inventory {
  return { eventId: _id, ...inventory };
}
