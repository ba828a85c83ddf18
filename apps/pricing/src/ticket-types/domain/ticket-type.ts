import type { PricingPolicy, PublishedEvent } from '#contracts';
import type { Money } from '#kernel';

/** What pricing knows of a ticket type. `events` owns it; this is a copy. */
export interface TicketType {
  readonly id: string;
  readonly eventId: string;
  readonly organizationId: string;
  /** Version of the event that this was read from. */
  readonly version: number;
  readonly basePrice: Money;
  readonly policy: PricingPolicy;
  readonly capacity: number;
  /** Not before `publishedAt`: until then nobody could buy. */
  readonly salesStartAt: Date;
  readonly salesEndAt: Date;
  readonly publishedAt: Date;
  readonly cancelled: boolean;
}

/** In minor units of the ticket type's currency. */
export interface PriceLimits {
  readonly floor: number;
  readonly ceiling: number;
}

export function ticketTypesOf(event: PublishedEvent, version: number): TicketType[] {
  const publishedAt = new Date(event.publishedAt);
  const announcedStart = new Date(event.salesStartAt);
  return event.ticketTypes.map(({ ticketTypeId, basePrice, pricing, capacity }) => ({
    id: ticketTypeId,
    eventId: event.eventId,
    organizationId: event.organizationId,
    version,
    basePrice,
    policy: pricing,
    capacity,
    salesStartAt: announcedStart > publishedAt ? announcedStart : publishedAt,
    salesEndAt: new Date(event.salesEndAt),
    publishedAt,
    cancelled: event.status === 'CANCELLED',
  }));
}

export function limitsOf({ policy, basePrice }: TicketType): PriceLimits {
  switch (policy.mode) {
    case 'FIXED':
      return { floor: basePrice.amount, ceiling: basePrice.amount };
    case 'DEMAND':
      return { floor: policy.floor.amount, ceiling: policy.ceiling.amount };
  }
}

/**
 * A ticket type of an event as the newest copies have it. An event's copies are written together, so one with an older
 * version is of a ticket type that the event no longer has.
 */
export function presentTicketTypes(copies: readonly TicketType[]): TicketType[] {
  const newest = new Map<string, number>();
  for (const { eventId, version } of copies) newest.set(eventId, Math.max(version, newest.get(eventId) ?? 0));
  return copies.filter(({ eventId, version }) => version === newest.get(eventId));
}
