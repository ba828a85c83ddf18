import type { InvalidInput, Result } from '#kernel';
import { instantOf, utcOffsetMs } from '../../places/domain/time-zone.ts';
import { checkedEvent, type Event } from './event.ts';
import { capacityInForce, type TicketType } from './ticket-type.ts';

export interface Copy {
  readonly id: string;
  readonly startsAt: Date;
  readonly at: Date;
  /** A fresh id for each ticket type. */
  readonly ticketTypeId: () => string;
}

/**
 * A new draft like another event, at another time. Every time of it moves by as much as its start does on the clocks of
 * its time zone: doors that open at 19:00 still do, on the other side of a clock change too. A sale that began with the
 * publication will again. Images are shared with the original; what happened to the original is left behind.
 */
export function duplicate(
  original: Event,
  { id, startsAt, at, ticketTypeId }: Copy,
): Result<Event, InvalidInput> {
  const { timeZone, salesStartAt, doorsOpenAt, publishedAt } = original;
  const localMs = (instant: Date): number => instant.getTime() + utcOffsetMs(instant, timeZone);
  const distanceMs = localMs(startsAt) - localMs(original.startsAt);
  const moved = (instant: Date): Date => instantOf(localMs(instant) + distanceMs, timeZone);
  const soldFromPublication = publishedAt && salesStartAt?.getTime() === publishedAt.getTime();
  return checkedEvent({
    id,
    version: 1,
    organizationId: original.organizationId,
    status: 'DRAFT',
    name: original.name,
    description: original.description,
    category: original.category,
    mode: original.mode,
    ...(original.venue ? { venue: original.venue } : {}),
    ...(original.planId === undefined ? {} : { planId: original.planId }),
    city: original.city,
    country: original.country,
    startsAt,
    endsAt: moved(original.endsAt),
    ...(doorsOpenAt ? { doorsOpenAt: moved(doorsOpenAt) } : {}),
    timeZone,
    ...(salesStartAt && !soldFromPublication ? { salesStartAt: moved(salesStartAt) } : {}),
    salesEndAt: moved(original.salesEndAt),
    maxPerAccount: original.maxPerAccount,
    ticketTypes: original.ticketTypes.map((ticketType) => ({
      ...copiedTicketType(ticketType, moved),
      id: ticketTypeId(),
    })),
    keywords: original.keywords,
    ...(original.language ? { language: original.language } : {}),
    ...(original.url ? { url: original.url } : {}),
    ...(original.onlineUrl ? { onlineUrl: original.onlineUrl } : {}),
    images: original.images,
    createdAt: at,
  });
}

function copiedTicketType(ticketType: TicketType, moved: (instant: Date) => Date): TicketType {
  const { capacityChange: _, salesStartAt, salesEndAt, ...rest } = ticketType;
  return {
    ...rest,
    capacity: capacityInForce(ticketType),
    ...(salesStartAt ? { salesStartAt: moved(salesStartAt) } : {}),
    ...(salesEndAt ? { salesEndAt: moved(salesEndAt) } : {}),
  };
}
