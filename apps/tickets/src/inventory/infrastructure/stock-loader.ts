import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { REDIS } from '#cache';
import type { PublishedEvent } from '#contracts';
import { IDS, type IdSource } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import {
  type EventCopy,
  EventCopiesRepository,
} from '../../events/infrastructure/event-copies.repository.ts';
import {
  type PriceCopy,
  PriceCopiesRepository,
} from '../../events/infrastructure/price-copies.repository.ts';
import type { Order } from '../../orders/domain/order.ts';
import { OrdersRepository } from '../../orders/infrastructure/orders.repository.ts';
import type { EventSeating } from '../../seats/domain/event-seating.ts';
import { SeatClaimsRepository } from '../../seats/infrastructure/seat-claims.repository.ts';
import { Seatings } from '../../seats/infrastructure/seatings.ts';
import { type Inventory, sellableCapacity } from '../domain/inventory.ts';
import { termsOf } from '../domain/sale-terms.ts';
import { AllowancesRepository, type Owned } from './allowances.repository.ts';
import { Generation } from './generation.ts';
import { type HoldRecord, orderedRecord } from './hold-record.ts';
import { InventoryRepository } from './inventory.repository.ts';
import { epochKey, runStockScript, saleKey } from './stock-scripts.ts';

/** Longer than loading takes; after it, the loader is taken for dead. */
const LOCK_MS = 5_000;
const WAIT_MS = 50;
/** Far longer than loading takes, as in the scripts: events that nobody touches are to leave nothing in Redis. */
const EPOCH_SECONDS = 3_600;

/**
 * Builds an event's stock in Redis from MongoDB: on first touch, after Redis lost or may have lost data, and after the
 * event changed. One loader at a time works on an event; the others wait briefly for it.
 */
@Injectable()
export class StockLoader {
  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    private readonly generation: Generation,
    private readonly events: EventCopiesRepository,
    private readonly prices: PriceCopiesRepository,
    private readonly inventories: InventoryRepository,
    private readonly orders: OrdersRepository,
    private readonly allowances: AllowancesRepository,
    private readonly seatings: Seatings,
    private readonly seatClaims: SeatClaimsRepository,
    @Inject(IDS) private readonly ids: IdSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** False when there is no such event. Otherwise the caller may try its script again. */
  async load(eventId: string): Promise<boolean> {
    const found = await this.alone(eventId, () => this.build(eventId));
    if (found === undefined) await sleep(WAIT_MS);
    return found ?? true;
  }

  /** Of an event that nobody has touched for long. False while something in it is in use, or somebody builds it. */
  async forget(eventId: string): Promise<boolean> {
    const forgotten = await this.alone(eventId, async () =>
      runStockScript(this.redis, 'forget', eventId, await this.generation.current(), []),
    );
    return forgotten?.[0] === 'OK';
  }

  /** Undefined, with nothing done, while another loader works on the event. */
  private async alone<T>(eventId: string, work: () => Promise<T>): Promise<T | undefined> {
    const lock = `{event:${eventId}}:loading`;
    if ((await this.redis.set(lock, '1', 'PX', LOCK_MS, 'NX')) === null) return undefined;
    try {
      return await work();
    } finally {
      await this.redis.del(lock);
    }
  }

  /**
   * Events as they are now, which stand in MongoDB: stock that was built on other terms is built again at the next touch.
   * Most changes of an event are not of its sale.
   */
  async heed(events: readonly (PublishedEvent & { readonly _id: string })[]): Promise<void> {
    const generation = await this.generation.current();
    const pipeline = this.redis.pipeline();
    for (const { _id } of events) pipeline.hmget(saleKey(_id), 'generation', 'terms');
    const answers = (await pipeline.exec()) ?? [];
    const stale = events.filter((event, i) => {
      const [error, found] = answers[i] ?? [];
      if (error) throw error;
      const [builtIn, terms] = Array.isArray(found) ? found : [];
      return builtIn !== generation || terms !== termsOf(event);
    });
    await this.invalidate(stale.map(({ _id }) => _id));
  }

  /** The stock is built again at the next touch; a building that is under way is not used. */
  async invalidate(eventIds: readonly string[]): Promise<void> {
    if (eventIds.length === 0) return;
    const pipeline = this.redis.pipeline();
    for (const eventId of eventIds) {
      const epoch = epochKey(eventId);
      pipeline.incr(epoch).expire(epoch, EPOCH_SECONDS).hdel(saleKey(eventId), 'generation');
    }
    await pipeline.exec();
  }

  private async build(eventId: string): Promise<boolean> {
    const startedAt = performance.now();
    const generation = await this.generation.current();
    const epoch = (await this.redis.get(epochKey(eventId))) ?? '0';
    const event = await this.events.find(eventId);
    // Orders before inventory: an order that is claimed in between is then found among the moves, and counted once.
    const openOrders = await this.orders.reserving(eventId);
    const inventory = await this.inventories.find(eventId);
    if (!event || !inventory) return false;
    const prices = await this.prices.ofEvent(eventId);
    const limited = event.ticketTypes.filter(({ maxPerAccount }) => maxPerAccount !== undefined);
    const allowances = await this.allowances.ofEvent(
      eventId,
      limited.map(({ ticketTypeId }) => ticketTypeId),
    );
    const seating = await this.seatings.of(event);
    const reservations = reservationsOf(openOrders, inventory, seating);
    const reserving = openOrders.filter(({ holdId }) => reservations.has(holdId));
    const letters = seating ? await this.lettersOf(eventId, seating, reserving) : '';
    const [outcome] = await runStockScript(this.redis, 'load', eventId, generation, [
      epoch,
      JSON.stringify({
        ...saleFields(event, inventory, prices),
        seating: seating?.token ?? '',
        load: this.ids.uuid(),
        terms: termsOf(event),
      }),
      JSON.stringify(unsoldUnits(inventory)),
      JSON.stringify(Object.fromEntries(reservations)),
      JSON.stringify(boughtUnits(allowances, openOrders, reservations)),
      letters,
    ]);
    const tookMs = Math.round(performance.now() - startedAt);
    this.logger.info({ eventId, outcome, tookMs, orders: reservations.size }, 'stock loaded');
    return true;
  }

  /** Without the seats that open orders reserve, though they may be claimed by now: the script adds those. */
  private async lettersOf(
    eventId: string,
    seating: EventSeating,
    reserving: readonly Order[],
  ): Promise<string> {
    const reserved = new Set(seatIdsOf(reserving));
    const taken = await this.seatClaims.taken(eventId);
    const lost = await this.seatClaims.takenByOthers(reserving);
    return seating.lettersWith([...taken.filter((seatId) => !reserved.has(seatId)), ...lost]);
  }
}

function seatIdsOf(orders: readonly Order[]): string[] {
  return orders.flatMap(({ lines }) => lines.flatMap(({ seats = [] }) => seats.map(({ seatId }) => seatId)));
}

function saleFields(
  event: EventCopy,
  inventory: Inventory,
  prices: readonly PriceCopy[],
): Record<string, string | number> {
  const published = new Map(prices.map((price) => [price._id, price]));
  // A ticket type that was added to the event sells once its pool is open.
  const types = event.ticketTypes.filter(({ ticketTypeId }) => inventory.pools[ticketTypeId]);
  const fields: Record<string, string | number> = {
    open: inventory.open && event.status === 'PUBLISHED' ? '1' : '0',
    salesStart: Date.parse(event.salesStartAt),
    salesEnd: Date.parse(event.salesEndAt),
    maxPerAccount: event.maxPerAccount,
    currency: event.ticketTypes[0]?.basePrice.currency ?? '',
    types: JSON.stringify(types.map(({ ticketTypeId }) => ticketTypeId)),
  };
  for (const ticketType of types) {
    const { ticketTypeId, basePrice, maxPerOrder, maxPerAccount, salesStartAt, salesEndAt } = ticketType;
    const price = published.get(ticketTypeId);
    fields[`price:${ticketTypeId}`] = price?.price.amount ?? basePrice.amount;
    fields[`priceVersion:${ticketTypeId}`] = price?.version ?? 0;
    fields[`capacity:${ticketTypeId}`] = sellableCapacity(inventory, ticketTypeId);
    fields[`maxPerOrder:${ticketTypeId}`] = maxPerOrder;
    if (maxPerAccount !== undefined) fields[`maxPerAccount:${ticketTypeId}`] = maxPerAccount;
    if (salesStartAt !== undefined) fields[`salesStart:${ticketTypeId}`] = Date.parse(salesStartAt);
    if (salesEndAt !== undefined) fields[`salesEnd:${ticketTypeId}`] = Date.parse(salesEndAt);
  }
  return fields;
}

function unsoldUnits(inventory: Inventory): Record<string, number> {
  return Object.fromEntries(
    Object.entries(inventory.pools).map(([id, pool]) => [id, sellableCapacity(inventory, id) - pool.sold]),
  );
}

/** Orders whose units are taken but not yet among the sold ones, as reservations by hold id. */
function reservationsOf(
  orders: readonly Order[],
  inventory: Inventory,
  seating: EventSeating | undefined,
): Map<string, HoldRecord> {
  const claimed = new Set(
    inventory.moves.filter(({ kind }) => kind === 'CLAIM').map(({ orderId }) => orderId),
  );
  const unclaimed = orders.filter(({ id }) => !claimed.has(id));
  const record = (order: Order) => orderedRecord({ ...order, orderId: order.id }, seating?.layout);
  return new Map(unclaimed.map((order) => [order.holdId, record(order)]));
}

/**
 * Units each account has bought, of the event and of each ticket type that has a limit of its own. An order that is being claimed may stand in the
 * allowance already: it is counted once, as a reservation.
 */
function boughtUnits(
  allowances: readonly Owned[],
  openOrders: readonly Order[],
  reservations: ReadonlyMap<string, HoldRecord>,
): Record<string, number> {
  const reserved = new Map(
    openOrders.filter(({ holdId }) => reservations.has(holdId)).map((order) => [order.id, order]),
  );
  const bought: Record<string, number> = {};
  for (const { accountId, total, orders, byType = {} } of allowances) {
    bought[accountId] = total;
    for (const [ticketTypeId, units] of Object.entries(byType))
      bought[ofType(accountId, ticketTypeId)] = units;
    for (const { ticketTypeId, quantity } of orders.flatMap((id) => reserved.get(id)?.lines ?? [])) {
      for (const counted of [accountId, ofType(accountId, ticketTypeId)]) {
        const units = bought[counted];
        if (units !== undefined) bought[counted] = units - quantity;
      }
    }
  }
  return bought;
}

/** The field that the scripts count a ticket type's units of an account in. */
function ofType(accountId: string, ticketTypeId: string): string {
  return `${accountId}/${ticketTypeId}`;
}
