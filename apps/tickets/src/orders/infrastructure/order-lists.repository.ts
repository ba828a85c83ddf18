import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db, type Filter } from 'mongodb';
import type { OrderState, SalesChannel } from '#contracts';
import type { Page, PageRequest } from '#kernel';
import { beginningWith, ensureIndexes, newestFirst } from '#persistence';
import type { Order } from '../domain/order.ts';
import { type OrderDocument, orderIn, ORDERS_COLLECTION } from './orders.repository.ts';

/** Which orders of an event a list shows; all of them without a wish. */
export interface OrderSelection {
  readonly state?: OrderState;
  readonly channel?: SalesChannel;
  readonly orderId?: string;
  /** The beginning of a search key, normalized. */
  readonly prefix?: string;
  readonly placedFrom?: Date;
  /** Exclusive. */
  readonly placedTo?: Date;
}

/** Which of their own orders a buyer wants to see. */
export interface OwnSelection {
  readonly state?: OrderState;
  readonly eventIds?: readonly string[];
}

const DESK: SalesChannel[] = ['COMPLIMENTARY', 'BOX_OFFICE'];
/** Also the orders that were placed before there were channels. What is wanted, not what is not: an index leads to it. */
const ONLINE = { channel: { $in: [null, 'ONLINE'] } } as Filter<OrderDocument>;
/** Events of one buyer that a filter looks at. */
const MAX_EVENTS = 1_000;
/** Orders that an export reads at a time. */
const EXPORT_BATCH = 500;

/** Questions about many orders, for people. They change nothing. */
@Injectable()
export class OrderListsRepository implements OnModuleInit {
  private readonly orders: Collection<OrderDocument>;

  constructor(db: Db) {
    this.orders = db.collection(ORDERS_COLLECTION);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.orders, [
      {
        keys: { buyerId: 1, channel: 1, placedAt: -1, _id: -1 },
        options: { name: 'buyer_newest' },
        serves: "a buyer's own orders, newest first, past all that the account has issued from a desk",
      },
      {
        keys: { eventId: 1, placedAt: -1, _id: -1 },
        options: { name: 'event_newest' },
        serves: "an event's orders, newest first, also of a time; oldest first for an export",
      },
      {
        keys: { eventId: 1, channel: 1, placedAt: -1, _id: -1 },
        options: { name: 'event_desk_newest', partialFilterExpression: { channel: { $in: DESK } } },
        serves: "an event's orders from the desk, newest first",
      },
      {
        keys: { eventId: 1, searchKeys: 1 },
        options: { name: 'event_search' },
        serves: "the search in an event's orders by the beginning of an address, a name or a word of it",
      },
    ]);
  }

  /** What the account ordered for itself: what it issued from a desk is passed over. */
  async ofBuyer(buyerId: string, selection: OwnSelection, request: PageRequest): Promise<Page<Order>> {
    return this.page(ownOrders(buyerId, selection), request);
  }

  /** Events that the account has ordered tickets of. */
  async eventsOfBuyer(buyerId: string): Promise<string[]> {
    const found = await this.orders
      .aggregate<{ _id: string }>([
        { $match: ownOrders(buyerId) },
        { $group: { _id: '$eventId' } },
        { $limit: MAX_EVENTS },
      ])
      .toArray();
    return found.map(({ _id }) => _id);
  }

  async ofEvent(eventId: string, selection: OrderSelection, request: PageRequest): Promise<Page<Order>> {
    const { state, channel, orderId, prefix, placedFrom, placedTo } = selection;
    const placedAt = {
      ...(placedFrom ? { $gte: placedFrom } : {}),
      ...(placedTo ? { $lt: placedTo } : {}),
    };
    return this.page(
      {
        eventId,
        ...(state ? { state } : {}),
        ...(channel === undefined ? {} : channelIs(channel)),
        ...(orderId === undefined ? {} : { _id: orderId }),
        ...(prefix === undefined ? {} : { searchKeys: beginningWith(prefix) }),
        ...(placedFrom || placedTo ? { placedAt } : {}),
      },
      request,
    );
  }

  /** Every order of an event, oldest first, read in batches as they are taken. */
  async *allOfEvent(eventId: string): AsyncGenerator<Order> {
    const cursor = this.orders
      .find({ eventId }, { sort: { placedAt: 1, _id: 1 }, batchSize: EXPORT_BATCH })
      .project<OrderDocument>({ outbox: 0, searchKeys: 0 });
    try {
      for await (const document of cursor) yield orderIn(document);
    } finally {
      await cursor.close();
    }
  }

  private async page(filter: Filter<OrderDocument>, request: PageRequest): Promise<Page<Order>> {
    const { documents, ...page } = await newestFirst(this.orders, filter, 'placedAt', request, [
      'outbox',
      'searchKeys',
    ]);
    return { ...page, items: documents.map(orderIn) };
  }
}

/** Of what the account has placed, what is not from a desk. */
export function ownOrders(buyerId: string, { state, eventIds }: OwnSelection = {}): Filter<OrderDocument> {
  return {
    buyerId,
    ...ONLINE,
    ...(state ? { state } : {}),
    ...(eventIds ? { eventId: { $in: [...eventIds] } } : {}),
  };
}

function channelIs(channel: SalesChannel): Filter<OrderDocument> {
  return channel === 'ONLINE' ? ONLINE : { channel };
}
