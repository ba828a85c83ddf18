import type { PublishedEvent, PublishedTicketType } from '#contracts';
import { randomIds } from '#kernel';

/** An event as the events service tells of it: on sale for years, with one ticket type at 20 EUR. */
export function publishedEvent(change: Partial<PublishedEvent> = {}): PublishedEvent {
  return {
    eventId: randomIds.eventId(),
    organizationId: randomIds.uuid(),
    name: 'A concert',
    status: 'PUBLISHED',
    mode: 'IN_PERSON',
    startsAt: '2030-06-01T18:00:00.000Z',
    endsAt: '2030-06-01T22:00:00.000Z',
    timeZone: 'Europe/Paris',
    salesStartAt: '2026-01-01T00:00:00.000Z',
    salesEndAt: '2030-06-01T22:00:00.000Z',
    maxPerAccount: 6,
    publishedAt: '2026-01-01T00:00:00.000Z',
    ticketTypes: [publishedTicketType()],
    ...change,
  };
}

export function publishedTicketType(change: Partial<PublishedTicketType> = {}): PublishedTicketType {
  return {
    ticketTypeId: randomIds.uuid(),
    name: 'Standing',
    basePrice: { amount: 2_000, currency: 'EUR' },
    pricing: { mode: 'FIXED' },
    capacity: 10,
    maxPerOrder: 4,
    ...change,
  };
}
