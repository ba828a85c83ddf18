import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { PAGE_MAX_AGE_MS, type Question, recent } from '#persistence';
import {
  type EventCopy,
  EventCopiesRepository,
} from '../../events/infrastructure/event-copies.repository.ts';
import type { Inventory } from '../domain/inventory.ts';
import { InventoryRepository } from '../infrastructure/inventory.repository.ts';
import { Stock } from '../infrastructure/stock.ts';

export type SaleStatus = 'NOT_YET' | 'ON_SALE' | 'SOLD_OUT' | 'CLOSED';

export interface Availability {
  readonly status: SaleStatus;
  readonly available: number;
  readonly capacity: number;
  readonly byTicketType: ReadonlyMap<string, number>;
}

const RECENCY = { maxAgeMs: PAGE_MAX_AGE_MS, maxEntries: 10_000 };

/**
 * What can be bought now, for people to look at: free units as they are, the terms of sale at most a second old. From
 * Redis where an event's stock is loaded; else, when nobody has touched its sale, there are
 * no holds, and what is not sold is available: reading a list loads nothing.
 */
@Injectable()
export class ReadAvailability {
  private readonly eventsOf: Question<EventCopy>;
  private readonly eventsSelling: Question<EventCopy>;
  private readonly inventoriesOf: Question<Inventory>;

  constructor(
    events: EventCopiesRepository,
    inventories: InventoryRepository,
    private readonly stock: Stock,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.eventsOf = recent(events.findMany, RECENCY);
    this.eventsSelling = recent(events.findByTicketTypes, RECENCY);
    this.inventoriesOf = recent(inventories.findMany, RECENCY);
  }

  /** For a loader. An event that is not known (yet) has no entry. */
  ofEvents = async (eventIds: readonly string[]): Promise<Map<string, Availability>> => {
    const [events, inventories, loaded] = await Promise.all([
      this.eventsOf(eventIds),
      this.inventoriesOf(eventIds),
      this.stock.readLoaded(eventIds),
    ]);
    const now = this.clock.now();
    const availabilities = new Map<string, Availability>();
    for (const eventId of eventIds) {
      const event = events.get(eventId);
      const inventory = inventories.get(eventId);
      if (event && inventory)
        availabilities.set(eventId, summarize(event, inventory, loaded.get(eventId), now));
    }
    return availabilities;
  };

  /** For a loader: free units by ticket type. */
  ofTicketTypes = async (ticketTypeIds: readonly string[]): Promise<Map<string, number>> => {
    const events = await this.eventsSelling(ticketTypeIds);
    const availabilities = await this.ofEvents([...new Set([...events.values()].map(({ _id }) => _id))]);
    const found = new Map<string, number>();
    for (const ticketTypeId of ticketTypeIds) {
      const event = events.get(ticketTypeId);
      const available = event && availabilities.get(event._id)?.byTicketType.get(ticketTypeId);
      if (available !== undefined) found.set(ticketTypeId, available);
    }
    return found;
  };
}

function summarize(
  event: EventCopy,
  inventory: Inventory,
  loaded: ReadonlyMap<string, number> | undefined,
  now: Date,
): Availability {
  const pools = Object.entries(inventory.pools);
  const capacity = pools.reduce((sum, [, pool]) => sum + pool.capacity, 0);
  const status = statusOf(event, inventory, now);
  const free = loaded ?? new Map(pools.map(([id, pool]) => [id, pool.capacity - pool.sold]));
  const available = [...free.values()].reduce((sum, units) => sum + units, 0);
  if (status === 'CLOSED') {
    return { status, available: 0, capacity, byTicketType: new Map(pools.map(([id]) => [id, 0])) };
  }
  return {
    status: status === 'ON_SALE' && available === 0 ? 'SOLD_OUT' : status,
    available,
    capacity,
    byTicketType: free,
  };
}

function statusOf(event: EventCopy, inventory: Inventory, now: Date): SaleStatus {
  if (!inventory.open || event.status !== 'PUBLISHED' || now >= new Date(event.salesEndAt)) return 'CLOSED';
  return now < new Date(event.salesStartAt) ? 'NOT_YET' : 'ON_SALE';
}
