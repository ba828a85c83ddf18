import type { PublishedEvent } from '#contracts';
import type { Event } from './event.ts';

/** The whole public state of an event, as its facts carry it. A draft has none. */
export function publishedStateOf(event: Event): PublishedEvent {
  const { status, publishedAt } = event;
  if (status === 'DRAFT' || !publishedAt) throw new Error(`event ${event.id} is a draft and not public`);
  return {
    eventId: event.id,
    organizationId: event.organizationId,
    name: event.name,
    status,
    mode: event.mode,
    ...(event.venue ? { venueId: event.venue.id } : {}),
    ...(event.planId === undefined ? {} : { planId: event.planId }),
    startsAt: event.startsAt.toISOString(),
    endsAt: event.endsAt.toISOString(),
    timeZone: event.timeZone,
    salesStartAt: (event.salesStartAt ?? publishedAt).toISOString(),
    salesEndAt: event.salesEndAt.toISOString(),
    maxPerAccount: event.maxPerAccount,
    ticketTypes: event.ticketTypes.map(
      ({ id, name, basePrice, pricing, capacity, maxPerOrder, sectionIds }) => ({
        ticketTypeId: id,
        name,
        basePrice,
        pricing,
        capacity,
        maxPerOrder,
        ...(sectionIds ? { sectionIds: [...sectionIds] } : {}),
      }),
    ),
    publishedAt: publishedAt.toISOString(),
  };
}
