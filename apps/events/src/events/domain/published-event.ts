import { isDeepStrictEqual } from 'node:util';
import type { eventsEvents, PublishedEvent, PublishedTicketType } from '#contracts';
import type { Event } from './event.ts';
import type { TicketType } from './ticket-type.ts';

export type EventFactType = keyof typeof eventsEvents.facts;

/** The whole public state of an event, as its facts carry it. A draft has none. */
export function publishedStateOf(event: Event): PublishedEvent {
  const { status, publishedAt, refundOffer } = event;
  if (status === 'DRAFT' || !publishedAt) throw new Error(`event ${event.id} is a draft and not public`);
  return {
    eventId: event.id,
    organizationId: event.organizationId,
    name: event.name,
    status,
    mode: event.mode,
    ...(event.onlineUrl === undefined ? {} : { onlineUrl: event.onlineUrl }),
    ...(event.venue ? { venueId: event.venue.id } : {}),
    ...(event.planId === undefined ? {} : { planId: event.planId }),
    startsAt: event.startsAt.toISOString(),
    endsAt: event.endsAt.toISOString(),
    ...(event.doorsOpenAt ? { doorsOpenAt: event.doorsOpenAt.toISOString() } : {}),
    timeZone: event.timeZone,
    salesStartAt: (event.salesStartAt ?? publishedAt).toISOString(),
    salesEndAt: event.salesEndAt.toISOString(),
    maxPerAccount: event.maxPerAccount,
    ticketTypes: event.ticketTypes.map(publishedTicketType),
    publishedAt: publishedAt.toISOString(),
    ...(refundOffer
      ? {
          refundOffer: {
            offeredAt: refundOffer.offeredAt.toISOString(),
            until: refundOffer.until.toISOString(),
          },
        }
      : {}),
  };
}

/** The fact that a change of an event is; undefined when nothing that others see has changed. */
export function factOfChange(before: Event, after: Event): EventFactType | undefined {
  if (after.status === 'DRAFT') return undefined;
  if (before.status === 'DRAFT') return 'EventPublished';
  if (after.status !== before.status) return 'EventCancelled';
  return isDeepStrictEqual(publishedStateOf(before), publishedStateOf(after)) ? undefined : 'EventUpdated';
}

function publishedTicketType(ticketType: TicketType): PublishedTicketType {
  const { id, name, basePrice, pricing, capacity, maxPerOrder, maxPerAccount } = ticketType;
  const { salesStartAt, salesEndAt, sectionIds } = ticketType;
  return {
    ticketTypeId: id,
    name,
    basePrice,
    pricing,
    capacity,
    maxPerOrder,
    ...(maxPerAccount === undefined ? {} : { maxPerAccount }),
    ...(salesStartAt ? { salesStartAt: salesStartAt.toISOString() } : {}),
    ...(salesEndAt ? { salesEndAt: salesEndAt.toISOString() } : {}),
    ...(sectionIds ? { sectionIds: [...sectionIds] } : {}),
  };
}
