import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type Collection, Db, type Document, type Filter, type UpdateFilter } from 'mongodb';
import { CLOCK, type Clock } from '#kernel';
import { ensureIndexes } from '#persistence';
import { unitsOf } from '../domain/cart.ts';
import type { ClaimOutcome, ClaimRequest, ReturnOutcome, ReturnRequest } from '../domain/claim.ts';
import { type CapacityWish, type Inventory, type Move, soldOf } from '../domain/inventory.ts';
import { ClaimGroups } from './claim-groups.ts';
import {
  claimMove,
  emptyPools,
  movedUnits,
  type NewMove,
  unitChanges,
  unitsByType,
} from './inventory-changes.ts';

type InventoryDocument = Omit<Inventory, 'eventId'> & { _id: string };

/** Moves that one event may keep before claims must wait; at 10 s each that is 200 purchases a second. */
const MAX_MOVES = 2_000;
/** After a move's deadline, before it may be forgotten. Deadline and trim are judged by the same clock: MongoDB's. */
const TRIM_MARGIN_MS = 5_000;
/** Events whose old moves must all be kept are passed over for this long, so that the others get their turn. */
const REST_MS = 5_000;
const MAX_RESTING = 2_000;

export interface NewInventory {
  readonly eventId: string;
  readonly capacities: ReadonlyMap<string, number>;
  /** Of an event that is known late: see `wishOnOpening`. */
  readonly wish: CapacityWish | undefined;
}

/** What must be known of moves before they may be forgotten. */
export interface BeforeTrimming {
  /** Writes into the sales log what it lacks of these events. */
  log(eventIds: string[]): Promise<void>;
  /** Of these orders, those whose moves may still be tried again. */
  stillMoving(orderIds: string[]): Promise<ReadonlySet<string>>;
}

/** The inventory document of each event. See domain/inventory.ts. */
@Injectable()
export class InventoryRepository implements OnModuleInit {
  private readonly inventories: Collection<InventoryDocument>;
  private readonly groups = new ClaimGroups((eventId, requests) => this.claimTogether(eventId, requests));
  private readonly resting = new LRUCache<string, true>({ max: MAX_RESTING, ttl: REST_MS });
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
    return this.groups.claim(request);
  }

  /** All in one update; if that cannot be, each by itself. */
  private async claimTogether(
    eventId: string,
    requests: readonly [ClaimRequest, ...ClaimRequest[]],
  ): Promise<ClaimOutcome[]> {
    const lines = requests.flatMap((request) => request.lines);
    const enough = [...unitsByType(lines)].map(([ticketTypeId, units]) => ({
      $lte: [{ $add: [`$pools.${ticketTypeId}.sold`, units] }, `$pools.${ticketTypeId}.capacity`],
    }));
    const changes = { ...unitChanges(lines, 1), orders: requests.length, seq: requests.length };
    const claimed = await this.apply(eventId, requests.map(claimMove), { open: true }, enough, changes);
    if (!claimed) {
      if (requests.length === 1) return [await this.refuse(requests[0])];
      const alone = await Promise.all(requests.map((request) => this.claimTogether(eventId, [request])));
      return alone.flat();
    }
    let unitsSold = soldOf(claimed) - unitsOf(lines);
    return requests.map((request) => {
      unitsSold += unitsOf(request.lines);
      return { outcome: 'CLAIMED', unitsSold };
    });
  }

  /** Makes sure that no attempt at the order's claim ever succeeds, unless one has: then it says so. */
  async refuse(request: ClaimRequest): Promise<ClaimOutcome> {
    const move = claimMove(request);
    const refusal = { ...move, kind: 'REFUSAL', lines: [] } as const;
    const refused = await this.apply(request.eventId, [refusal], {}, [], {});
    if (refused) return { outcome: 'REFUSED' };
    const made = await this.moveIn(request.eventId, move.id);
    if (made?.kind === 'REFUSAL') return { outcome: 'REFUSED' };
    const inventory = await this.find(request.eventId);
    if (made?.kind === 'CLAIM' && inventory) return { outcome: 'CLAIMED', unitsSold: soldOf(inventory) };
    return { outcome: 'UNDECIDED' };
  }

  /** Gives claimed units back, at most once per return of an order. */
  async giveBack(request: ReturnRequest): Promise<ReturnOutcome> {
    const { eventId, orderId, lines, deadline, index, endsOrder } = request;
    const move: NewMove = {
      id: index === 0 ? `${orderId}:return` : `${orderId}:return:${index}`,
      orderId,
      kind: 'RETURN',
      lines: movedUnits(lines),
      deadline,
    };
    const returned = await this.apply(eventId, [move], {}, [], {
      ...unitChanges(lines, -1),
      orders: endsOrder ? -1 : 0,
      seq: 1,
    });
    if (returned) return 'RETURNED';
    return (await this.moveIn(eventId, move.id)) ? 'RETURNED_BEFORE' : 'UNDECIDED';
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
    const writes = inventories.map(({ eventId, seq, logged }) => {
      const places = logged === undefined ? { logged: seq, logBegins: seq } : { logged: seq };
      return { updateOne: { filter: { _id: eventId }, update: { $max: places } } };
    });
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
        {
          $match: {
            'moves.deadline': { $lt: new Date(now.getTime() - TRIM_MARGIN_MS) },
            _id: { $nin: [...this.resting.keys()] },
          },
        },
        { $limit: limit },
        { $project: { seq: 1, over: { $filter: { input: '$moves', cond: over } } } },
      ])
      .toArray();
    if (candidates.length > 0) await log(candidates.map(({ _id }) => _id));
    for (const { _id, seq, over: moves } of candidates) {
      const moving = await stillMoving(moves.map(({ orderId }) => orderId));
      const ids = moves.filter(({ orderId }) => !moving.has(orderId)).map(({ id }) => id);
      if (ids.length === 0) this.resting.set(_id, true);
      else
        await this.inventories.updateOne(
          { _id, logged: { $gte: seq } },
          { $pull: { moves: { id: { $in: ids } } } },
        );
    }
    return candidates.length;
  }

  /** One conditional update: the moves are new, their times not over, there is room for them, and `conditions` hold. */
  private async apply(
    eventId: string,
    moves: readonly NewMove[],
    filter: Filter<InventoryDocument>,
    conditions: readonly Document[],
    changes: Record<string, number>,
  ): Promise<Inventory | undefined> {
    const beforeDeadlines = moves.map(({ deadline }) => ({ $lt: ['$$NOW', deadline] }));
    const at = this.clock.now();
    const update: UpdateFilter<InventoryDocument> = {
      $inc: changes,
      $push: { moves: { $each: moves.map((move) => ({ ...move, at })) } },
    };
    const after = await this.inventories.findOneAndUpdate(
      {
        _id: eventId,
        'moves.id': { $nin: moves.map(({ id }) => id) },
        [`moves.${MAX_MOVES - moves.length}`]: { $exists: false },
        $expr: { $and: [...beforeDeadlines, ...conditions] },
        ...filter,
      },
      update,
      { returnDocument: 'after', projection: { moves: 0 } },
    );
    if (!after) return undefined;
    if (moves.some(({ kind }) => kind !== 'REFUSAL'))
      for (const listener of this.saleListeners) listener(eventId);
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

function fromDocument({ _id, ...inventory }: InventoryDocument): Inventory {
  return { eventId: _id, ...inventory };
}
