import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db, type Document, type Filter, type UpdateFilter } from 'mongodb';
import { CLOCK, type Clock } from '#kernel';
import { ensureIndexes } from '#persistence';
import type { QuotedLine } from '../domain/cart.ts';
import {
  type CapacityWish,
  type Inventory,
  type Move,
  type MovedUnits,
  soldOf,
} from '../domain/inventory.ts';

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

/** What must be known of moves before they may be forgotten. */
export interface BeforeTrimming {
  /** Writes into the sales log what it lacks of these events. */
  log(eventIds: string[]): Promise<void>;
  /** Of these orders, those whose moves may still be tried again. */
  stillMoving(orderIds: string[]): Promise<ReadonlySet<string>>;
}

export type ClaimOutcome =
  | { readonly outcome: 'CLAIMED'; readonly unitsSold: number }
  /** The units cannot be had, and no attempt at this claim will ever succeed. */
  | { readonly outcome: 'REFUSED' }
  /** Neither claimed nor refused for good: try again. */
  | { readonly outcome: 'UNDECIDED' };

/** A move before it is made. */
type NewMove = Omit<Move, 'at'>;

/** The inventory document of each event. See domain/inventory.ts. */
@Injectable()
export class InventoryRepository implements OnModuleInit {
  private readonly inventories: Collection<InventoryDocument>;
  private readonly saleListeners: ((eventId: string) => void)[] = [];

  constructor(
    db: Db,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.inventories = db.collection('inventory');
  }

  /** Called after each claim and return that this process has made. */
  onSale(listener: (eventId: string) => void): void {
    this.saleListeners.push(listener);
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
      const opened = {
        open: true,
        seq: 0,
        logged: 0,
        orders: 0,
        pools,
        moves: [],
        ...(wish ? { wish } : {}),
      };
      return { updateOne: { filter: { _id: eventId }, update: { $setOnInsert: opened }, upsert: true } };
    });
    await this.inventories.bulkWrite(writes, { ordered: false });
  }

  /** The fence: from here on no claim of these events succeeds. */
  async close(eventIds: readonly string[]): Promise<void> {
    if (eventIds.length === 0) return;
    await this.inventories.updateMany({ _id: { $in: [...eventIds] }, open: true }, { $set: { open: false } });
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
      seq: 1,
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

  /** Gives claimed units back, at most once per order. Does nothing for an order whose claim was refused. */
  async giveBack({ eventId, orderId, lines, deadline }: ClaimRequest): Promise<boolean> {
    const move: NewMove = {
      id: `${orderId}:return`,
      orderId,
      kind: 'RETURN',
      lines: movedUnits(lines),
      deadline,
    };
    const returned = await this.apply(eventId, move, {}, [], {
      ...unitChanges(lines, -1),
      orders: -1,
      seq: 1,
    });
    return returned !== undefined || (await this.moveIn(eventId, move.id)) !== undefined;
  }

  /** Of the given events, those with moves that the sales log lacks, and only these moves: see `salesOf`. */
  async unlogged(eventIds: readonly string[]): Promise<Inventory[]> {
    const sales = { $filter: { input: '$moves', cond: { $ne: ['$$this.kind', 'REFUSAL'] } } };
    const lacking = { $subtract: [{ $ifNull: ['$logged', -1] }, '$seq'] };
    const found = await this.inventories
      .aggregate<InventoryDocument>([
        { $match: { _id: { $in: [...eventIds] }, $expr: { $ne: ['$logged', '$seq'] } } },
        { $set: { moves: { $slice: [sales, lacking] } } },
      ])
      .toArray();
    return found.map(fromDocument);
  }

  /** The sales logs of these events are written up to the `seq` of these inventories. */
  async noteLogged(inventories: readonly Inventory[]): Promise<void> {
    if (inventories.length === 0) return;
    const writes = inventories.map(({ eventId, seq }) => ({
      updateOne: { filter: { _id: eventId }, update: { $max: { logged: seq } } },
    }));
    await this.inventories.bulkWrite(writes, { ordered: false });
  }

  /** How far the event's sales are counted, and how far its log is written. */
  async placesOf(eventId: string): Promise<Pick<Inventory, 'seq' | 'logged'> | undefined> {
    const found = await this.inventories.findOne({ _id: eventId }, { projection: { seq: 1, logged: 1 } });
    return found ?? undefined;
  }

  /**
   * Forgets moves whose deadline passed a while ago, but for those of orders that `stillMoving` names, and those that
   * `log` fails to bring into the sales log. Gives the number of events that were looked at.
   */
  async trim(now: Date, { log, stillMoving }: BeforeTrimming, limit: number): Promise<number> {
    const over = { $lt: ['$$this.deadline', { $subtract: ['$$NOW', TRIM_MARGIN_MS] }] };
    const candidates = await this.inventories
      .aggregate<{ _id: string; seq: number; over: Move[] }>([
        { $match: { 'moves.deadline': { $lt: new Date(now.getTime() - TRIM_MARGIN_MS) } } },
        { $limit: limit },
        { $project: { seq: 1, over: { $filter: { input: '$moves', cond: over } } } },
      ])
      .toArray();
    if (candidates.length > 0) await log(candidates.map(({ _id }) => _id));
    for (const { _id, seq, over: moves } of candidates) {
      const moving = await stillMoving(moves.map(({ orderId }) => orderId));
      const ids = moves.filter(({ orderId }) => !moving.has(orderId)).map(({ id }) => id);
      if (ids.length > 0)
        await this.inventories.updateOne(
          { _id, logged: { $gte: seq } },
          { $pull: { moves: { id: { $in: ids } } } },
        );
    }
    return candidates.length;
  }

  /** One conditional update: the move is new, its time is not over, there is room for it, and `conditions` hold. */
  private async apply(
    eventId: string,
    move: NewMove,
    filter: Filter<InventoryDocument>,
    conditions: readonly Document[],
    changes: Record<string, number>,
  ): Promise<Inventory | undefined> {
    const beforeDeadline = { $lt: ['$$NOW', move.deadline] };
    const update: UpdateFilter<InventoryDocument> = {
      $inc: changes,
      $push: { moves: { ...move, at: this.clock.now() } },
    };
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
    if (!after) return undefined;
    if (move.kind !== 'REFUSAL') for (const listener of this.saleListeners) listener(eventId);
    return fromDocument({ ...after, moves: [] });
  }

  private async moveIn(eventId: string, moveId: string): Promise<Move | undefined> {
    const found = await this.inventories.findOne(
      { _id: eventId, 'moves.id': moveId },
      { projection: { moves: { $elemMatch: { id: moveId } } } },
    );
    return found?.moves[0];
  }
}

function claimMove({ orderId, lines, deadline }: ClaimRequest): NewMove {
  return { id: `${orderId}:claim`, orderId, kind: 'CLAIM', lines: movedUnits(lines), deadline };
}

function emptyPools(capacities: ReadonlyMap<string, number>): InventoryDocument['pools'] {
  return Object.fromEntries([...capacities].map(([id, capacity]) => [id, { capacity, sold: 0, revenue: 0 }]));
}

function movedUnits(lines: readonly QuotedLine[]): MovedUnits[] {
  return lines.map(({ ticketTypeId, quantity, unitPrice }) => ({
    ticketTypeId,
    quantity,
    amount: quantity * unitPrice.amount,
  }));
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
