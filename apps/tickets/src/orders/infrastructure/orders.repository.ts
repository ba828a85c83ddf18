import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Db, type Filter } from 'mongodb';
import { LRUCache } from 'lru-cache';
import type { OrderState } from '#contracts';
import { type InstantKey, type Page, type PageRequest, searchKeysOf } from '#kernel';
import { aggregateIn, FactFactory, type Outboxed, outboxIndex, OutboxRelay } from '#messaging';
import {
  changesBetween,
  ensureIndexes,
  grouped,
  GroupedCollection,
  isDuplicateKey,
  newestFirst,
} from '#persistence';
import { isSettled, type Order, type OrderStep } from '../domain/order.ts';
import { kindOfUndone, noneUndone, type UndoneCounts } from '../domain/undone.ts';
import { OrderFacts } from './order-facts.ts';

export type OrderDocument = Omit<Order, 'id'> &
  Outboxed & {
    /** What a search finds the order by: see `searchKeysOf`. */
    searchKeys?: string[];
  };

export const ORDERS_COLLECTION = 'orders';

/** Orders that are kept in memory while they go from step to step, of some 2 KB each. */
const MAX_REMEMBERED = 5_000;

/** States in which an order of a cancelled event is not undone yet. */
const TO_BE_UNDONE = [
  'AWAITING_PAYMENT',
  'CLAIMING',
  'CONFIRMED',
  'ISSUING',
  'COMPLETED',
  'PARTIALLY_REFUNDED',
  'CANCELLING',
] as const satisfies readonly OrderState[];

@Injectable()
export class OrdersRepository implements OnModuleInit {
  private readonly orders: GroupedCollection<OrderDocument>;
  private readonly facts: OrderFacts;
  /** See `lastWritten`. */
  private readonly written = new LRUCache<string, Order>({ max: MAX_REMEMBERED });

  constructor(
    db: Db,
    facts: FactFactory,
    private readonly relay: OutboxRelay,
  ) {
    this.facts = new OrderFacts(facts);
    this.orders = new GroupedCollection(db, ORDERS_COLLECTION);
    relay.watch(ORDERS_COLLECTION);
  }

  async onModuleInit(): Promise<void> {
    const sparse = (field: string) => ({ partialFilterExpression: { [field]: { $exists: true } } });
    await ensureIndexes(this.orders.whole, [
      { keys: { holdId: 1 }, options: { unique: true, name: 'hold' }, serves: 'one order per hold' },
      {
        keys: { buyerId: 1, idempotencyKey: 1 },
        options: { unique: true, name: 'idempotencyKey' },
        serves: 'the same key gives the same order',
      },
      {
        keys: { eventId: 1, state: 1, placedAt: -1, _id: -1, reason: 1 },
        options: { name: 'event_state_newest' },
        serves:
          "an event's orders of a state, newest first: those that still take units, those to be undone, and their number",
      },
      {
        keys: { eventId: 1, placedAt: -1, _id: -1 },
        options: { name: 'refundFailed', ...sparse('refundFailedAt') },
        serves: 'orders whose refund is refused, newest first, and their number',
      },
      {
        keys: { eventId: 1, placedAt: -1, _id: -1 },
        options: { name: 'takenBackPartly', ...sparse('partial') },
        serves: 'orders that are taken back in part, newest first, when their event is cancelled',
      },
      {
        keys: { driveAt: 1 },
        options: { name: 'drive', ...sparse('driveAt') },
        serves: 'the sweep: orders to be looked at',
      },
      outboxIndex,
    ]);
  }

  /** False when the hold or the idempotency key has an order already. */
  async add(order: Order): Promise<boolean> {
    const { id, ...fields } = order;
    try {
      await this.relay.insert<OrderDocument>(
        ORDERS_COLLECTION,
        { _id: id, ...fields, searchKeys: searchKeysOf(order.buyerName, order.buyerEmail) },
        [this.facts.placed(order)],
      );
      this.written.set(id, order);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /**
   * Makes a step, with its facts in the same write, if the order is still what the step was decided on.
   * Undefined when it is not, or when its outbox is full.
   */
  async save(from: Order, step: OrderStep): Promise<Order | undefined> {
    const { next } = step;
    const saved = await this.relay.update<OrderDocument>(
      ORDERS_COLLECTION,
      { _id: from.id, version: from.version, state: from.state },
      changesBetween(from, next),
      this.facts.of(step),
    );
    if (saved && !isSettled(next)) this.written.set(next.id, next);
    else this.written.delete(from.id);
    return saved ? next : undefined;
  }

  /**
   * An unsettled order as this process last wrote it: others may have changed it since. For who makes a step by `save`,
   * and reads the order when there is none to make, or when it was not saved.
   */
  lastWritten(id: string): Order | undefined {
    return this.written.get(id);
  }

  /** Notes that the money was taken; the order may not be ready to use it yet. */
  async noteCaptured(id: string): Promise<Order | undefined> {
    this.written.delete(id);
    const captured = { $set: { captured: true } };
    return toOrder(
      await this.orders.whole.findOneAndUpdate({ _id: id }, captured, { returnDocument: 'after' }),
    );
  }

  async find(id: string): Promise<Order | undefined> {
    return toOrder(await this.orders.findById(id));
  }

  findMany = grouped(async (ids: readonly string[]): Promise<Map<string, Order>> => {
    const found = await this.orders.whole.find({ _id: { $in: [...ids] } }).toArray();
    return new Map(found.map((document) => [document._id, orderIn(document)]));
  });

  async findByKey(buyerId: string, idempotencyKey: string): Promise<Order | undefined> {
    const key = wholeKey({ buyerId, idempotencyKey });
    return (await this.findManyByKey([key])).get(key);
  }

  private readonly findManyByKey = grouped(async (keys: readonly string[]): Promise<Map<string, Order>> => {
    const found = await this.orders.whole.find({ $or: keys.map(partsOfKey) }).toArray();
    return new Map(found.map((document) => [wholeKey(document), orderIn(document)]));
  });

  /** Orders whose units are reserved in Redis and perhaps not yet among the sold ones. */
  async reserving(eventId: string): Promise<Order[]> {
    const found = await this.orders.whole
      .find({ eventId, state: { $in: ['AWAITING_PAYMENT', 'CLAIMING'] } })
      .toArray();
    return found.map(orderIn);
  }

  /** Orders of an event that its cancellation has to undo, newest first. `next`: after which there are more. */
  async toBeUndone(
    eventId: string,
    request: PageRequest,
  ): Promise<{ readonly orderIds: readonly string[]; readonly next?: InstantKey }> {
    const states: Filter<OrderDocument>[] = TO_BE_UNDONE.map((state) => ({ eventId, state }));
    // Whoever takes some tickets back just now is asked to take them all.
    const kinds = [...states, { eventId, state: 'REFUNDING' as const, partial: true as const }];
    const pages = await Promise.all(
      kinds.map((kind) => newestFirst(this.orders.whole, kind, 'placedAt', request, ['outbox', 'lines'])),
    );
    const found = pages
      .flatMap(({ documents }) => documents.map(({ _id, placedAt }): InstantKey => [placedAt.getTime(), _id]))
      .toSorted(([ms, id], [otherMs, otherId]) => otherMs - ms || (id < otherId ? 1 : -1));
    const taken = found.slice(0, request.first);
    const hasMore = found.length > taken.length || pages.some(({ hasNextPage }) => hasNextPage);
    return { orderIds: taken.map(([, id]) => id), ...(hasMore ? { next: taken.at(-1) } : {}) };
  }

  /** For a loader: how far the cancellation of each event has come. */
  countUndone = async (eventIds: readonly string[]): Promise<Map<string, UndoneCounts>> => {
    const ofEvents = { eventId: { $in: [...eventIds] } };
    const [groups, failures] = await Promise.all([
      this.orders.whole
        .aggregate<{ _id: { eventId: string; state: OrderState; reason?: Order['reason'] }; orders: number }>(
          [
            { $match: ofEvents },
            {
              $group: {
                _id: { eventId: '$eventId', state: '$state', reason: '$reason' },
                orders: { $sum: 1 },
              },
            },
          ],
        )
        .toArray(),
      this.orders.whole
        .aggregate<{ _id: string; orders: number }>([
          { $match: { ...ofEvents, refundFailedAt: { $exists: true } } },
          { $group: { _id: '$eventId', orders: { $sum: 1 } } },
        ])
        .toArray(),
    ]);
    const failed = new Map(failures.map(({ _id, orders }) => [_id, orders]));
    const counts = eventIds.map((eventId) => [eventId, noneUndone(failed.get(eventId) ?? 0)] as const);
    const byEvent = new Map(counts);
    for (const { _id, orders } of groups) {
      const kind = kindOfUndone(_id.state, _id.reason);
      const count = byEvent.get(_id.eventId);
      if (kind && count) byEvent.set(_id.eventId, { ...count, [kind]: count[kind] + orders });
    }
    return byEvent;
  };

  /** Orders whose refund the provider refuses. */
  async withFailedRefund(eventId: string, request: PageRequest): Promise<Page<Order>> {
    const filter = { eventId, refundFailedAt: { $exists: true } };
    const { documents, ...page } = await newestFirst(this.orders.whole, filter, 'placedAt', request);
    return { ...page, items: documents.map(orderIn) };
  }

  /** Of the given orders, those that may still make or undo a claim. */
  async stillMoving(ids: readonly string[]): Promise<Set<string>> {
    const moving = await this.orders.whole
      .find(
        { _id: { $in: [...ids] }, state: { $in: ['CLAIMING', 'CANCELLING', 'REFUNDING'] } },
        { projection: { _id: 1 } },
      )
      .toArray();
    return new Set(moving.map(({ _id }) => _id));
  }

  /**
   * Takes some of the orders that are due for a look, longest due first; until `nextLookAt` no other instance takes them.
   */
  async takeDue(now: Date, nextLookAt: Date, limit: number): Promise<string[]> {
    const due = await this.orders.whole
      .find({ driveAt: { $lte: now } }, { projection: { driveAt: 1 }, sort: { driveAt: 1 }, limit })
      .toArray();
    const taken = await Promise.all(
      due.map(({ _id, driveAt }) =>
        this.orders.updateOne({ _id, driveAt }, { $set: { driveAt: nextLookAt } }),
      ),
    );
    return due.filter((_, place) => taken[place]).map(({ _id }) => _id);
  }
}

type PlacingKey = Pick<Order, 'buyerId' | 'idempotencyKey'>;

/** An account's id has no space in it; what the buyer calls a request may. */
function wholeKey({ buyerId, idempotencyKey }: PlacingKey): string {
  return `${buyerId} ${idempotencyKey}`;
}

function partsOfKey(key: string): PlacingKey {
  const at = key.indexOf(' ');
  return { buyerId: key.slice(0, at), idempotencyKey: key.slice(at + 1) };
}

export function orderIn(document: OrderDocument): Order {
  const { searchKeys: _keys, ...order } = aggregateIn(document);
  return order;
}

function toOrder(document: OrderDocument | null | undefined): Order | undefined {
  return document ? orderIn(document) : undefined;
}
