import { Inject, Injectable } from '@nestjs/common';
import type { PublishedTicketType } from '#contracts';
import { CLOCK, type Clock } from '#kernel';
import { PAGE_MAX_AGE_MS, type Question, recent } from '#persistence';
import {
  type EventCopy,
  EventCopiesRepository,
} from '../../events/infrastructure/event-copies.repository.ts';
import { capacityOf, type Inventory } from '../domain/inventory.ts';
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
  private readonly inventoriesOf: Question<Inventory>;

  constructor(
    private readonly events: EventCopiesRepository,
    inventories: InventoryRepository,
    private readonly stock: Stock,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.inventoriesOf = recent(inventories.findMany, RECENCY);
  }

  /** For a loader. An event that is not known (yet) has no entry. */
  ofEvents = async (eventIds: readonly string[]): Promise<Map<string, Availability>> => {
    const [events, inventories, loaded] = await Promise.all([
      this.events.findManyRecent(eventIds),
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
    const events = await this.events.findByTicketTypes(ticketTypeIds);
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
  const capacity = capacityOf(inventory, event.ticketTypes);
  const windows = event.ticketTypes.map((ticketType) => ({
    ticketTypeId: ticketType.ticketTypeId,
    status: windowOf(event, ticketType, now),
  }));
  const isOpen = inventory.open && event.status === 'PUBLISHED';
  const byTicketType = new Map<string, number>();
  for (const { ticketTypeId, status } of windows) {
    const pool = inventory.pools[ticketTypeId];
    const free = loaded?.get(ticketTypeId) ?? (pool ? pool.capacity - pool.sold : 0);
    byTicketType.set(ticketTypeId, isOpen && status !== 'CLOSED' ? free : 0);
  }
  const available = [...byTicketType.values()].reduce((sum, units) => sum + units, 0);
  const status = isOpen ? saleStatus(windows.map((window) => window.status)) : 'CLOSED';
  return {
    status: status === 'ON_SALE' && available === 0 ? 'SOLD_OUT' : status,
    available,
    capacity,
    byTicketType,
  };
}

/** Of a whole event: on sale while anything is. */
function saleStatus(windows: readonly SaleStatus[]): SaleStatus {
  if (windows.includes('ON_SALE')) return 'ON_SALE';
  return windows.includes('NOT_YET') ? 'NOT_YET' : 'CLOSED';
}

function windowOf(event: EventCopy, ticketType: PublishedTicketType, now: Date): SaleStatus {
  if (now >= new Date(ticketType.salesEndAt ?? event.salesEndAt)) return 'CLOSED';
  return now < new Date(ticketType.salesStartAt ?? event.salesStartAt) ? 'NOT_YET' : 'ON_SALE';
}
