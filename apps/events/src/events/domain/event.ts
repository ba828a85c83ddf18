import type { AttendanceMode } from '#contracts';
import { fail, InvalidInput, ok, type Result, WrongState } from '#kernel';
import type { Venue } from '../../venues/domain/venue.ts';
import type { EventImage } from '../../images/domain/event-image.ts';
import type { Category } from './category.ts';
import type { EventDetails } from './event-input.ts';
import { type NamedPlan, sizedTicketTypes } from './sized-ticket-types.ts';
import { mostUnits, newTicketType, type TicketType } from './ticket-type.ts';

export const EVENT_STATUSES = ['DRAFT', 'PUBLISHED', 'CANCELLED'] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** Longest event, from `startsAt` to `endsAt`. The listing relies on it to find what has begun and not ended. */
export const MAX_DURATION_MS = 31 * 24 * 3_600_000;
/** Longest time for which doors may be open before the start. */
const MAX_DOORS_MS = 24 * 3_600_000;

/** An occasion that people attend, with what is sold for it. */
export interface Event {
  readonly id: string;
  /** Rises by one with each change. */
  readonly version: number;
  readonly organizationId: string;
  readonly status: EventStatus;
  readonly name: string;
  readonly description: string;
  readonly category: Category;
  readonly mode: AttendanceMode;
  /** What the event needs of its venue, which never changes. */
  readonly venue?: EventVenue;
  /** The seating plan whose sections its ticket types sell. */
  readonly planId?: string;
  readonly city?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly doorsOpenAt?: Date;
  /** IANA; the zone in which the times are meant. */
  readonly timeZone: string;
  /** Unset in a draft whose sale begins with its publication. */
  readonly salesStartAt?: Date;
  readonly salesEndAt: Date;
  /** Most units of this event one account may own. */
  readonly maxPerAccount: number;
  readonly ticketTypes: readonly TicketType[];
  readonly keywords: readonly string[];
  /** ISO 639-1. */
  readonly language?: string;
  /** The event's own page. */
  readonly url?: string;
  /** Where attendees take part in an online or mixed event: for those who may attend, not for everyone. */
  readonly onlineUrl?: string;
  readonly images: readonly EventImage[];
  readonly origin?: EventOrigin;
  readonly createdAt: Date;
  readonly publishedAt?: Date;
  /** Since the event was moved after its sale had begun. */
  readonly refundOffer?: RefundOffer;
  readonly cancelledAt?: Date;
  readonly cancelReason?: string;
}

/** Orders placed before `offeredAt` may be given back until `until`. */
export interface RefundOffer {
  readonly offeredAt: Date;
  readonly until: Date;
}

export type EventVenue = Pick<Venue, 'id' | 'name' | 'capacity'>;

/** Where an imported event comes from, and which of its fields the import derived. */
export interface EventOrigin {
  readonly identifier: string;
  readonly source: string;
  readonly licence: string;
  /** Days as the source has them: `2026-11-21`. */
  readonly originalStartDate: string;
  readonly originalEndDate: string;
  readonly derived: readonly string[];
}

/** Who makes an event, when, and under which ids. */
export interface EventIdentity {
  readonly id: string;
  readonly organizationId: string;
  readonly at: Date;
  /** A fresh id for each ticket type. */
  readonly ticketTypeId: () => string;
  readonly origin?: EventOrigin;
}

/** Where an event takes place, as far as it is known. */
export interface EventSite {
  readonly venue?: Venue;
  /** The seating plan of that venue whose sections are sold. */
  readonly named?: NamedPlan;
  readonly city?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
}

/** A new event, seen by its organization only. */
export function draftEvent(
  identity: EventIdentity,
  details: EventDetails,
  { venue, named, city = venue?.city, country = venue?.country }: EventSite,
): Result<Event, InvalidInput> {
  const timeZone = details.timeZone ?? venue?.timeZone;
  if (details.mode === 'ONLINE' && venue) return refuse('venueId', 'an online event has no venue');
  if (!timeZone) return refuse('timeZone', 'is needed where no venue gives it');
  const { organizationId } = identity;
  const sized = sizedTicketTypes(details.ticketTypes, named, { organizationId, venueId: venue?.id });
  if (!sized.ok) return sized;
  return checkedEvent({
    id: identity.id,
    version: 1,
    organizationId,
    status: 'DRAFT',
    ...details,
    ...(venue ? { venue: venueOf(venue) } : {}),
    ...(named ? { planId: named.id } : {}),
    city,
    country,
    timeZone,
    salesEndAt: details.salesEndAt ?? details.endsAt,
    ticketTypes: sized.value.map((input) => newTicketType(identity.ticketTypeId(), input)),
    images: [],
    createdAt: identity.at,
    ...(identity.origin ? { origin: identity.origin } : {}),
  });
}

/** Puts a draft on sale, at once or from `salesStartAt` on. */
export function publish(event: Event, now: Date): Result<Event, InvalidInput | WrongState> {
  if (event.status !== 'DRAFT') return fail(new WrongState(event.status, 'Only a draft can be published.'));
  if (event.ticketTypes.length === 0)
    return refuse('ticketTypes', 'an event on sale needs at least one ticket type');
  if (event.endsAt <= now) return refuse('endsAt', 'the event is over already');
  if (event.salesEndAt <= now) return refuse('salesEndAt', 'the sale is over already');
  return ok(published(event, now));
}

/** Keeps an event that nothing is sold for, such as one that is long over, for people to look up. */
export function publishAsRecord(event: Event, publishedAt: Date): Result<Event, WrongState> {
  if (event.status !== 'DRAFT') return fail(new WrongState(event.status, 'Only a draft can be published.'));
  return ok({ ...published(event, publishedAt), ticketTypes: [] });
}

/** Ends the sale for good. Of a cancelled event it gives that same event: there is nothing to change. */
export function cancel(event: Event, now: Date, reason?: string): Result<Event, WrongState> {
  if (event.status === 'CANCELLED') return ok(event);
  if (event.status === 'DRAFT')
    return fail(new WrongState(event.status, 'A draft is not on sale: there is nothing to cancel.'));
  return ok({
    ...event,
    status: 'CANCELLED',
    version: event.version + 1,
    cancelledAt: now,
    ...(reason === undefined ? {} : { cancelReason: reason }),
  });
}

function published(event: Event, at: Date): Event {
  const salesStartAt = event.salesStartAt ?? at;
  return {
    ...event,
    status: 'PUBLISHED',
    version: event.version + 1,
    publishedAt: at,
    salesStartAt,
    ticketTypes: event.ticketTypes.map((ticketType) => sellingFrom(salesStartAt, ticketType)),
  };
}

/** A ticket type that was to sell sooner than the event sells from the event's start on. */
function sellingFrom(start: Date, { salesStartAt, ...ticketType }: TicketType): TicketType {
  return salesStartAt && salesStartAt > start ? { ...ticketType, salesStartAt } : ticketType;
}

/** The event, if the rules hold that join several of its fields. Whatever makes or changes an event ends here. */
export function checkedEvent(event: Event): Result<Event, InvalidInput> {
  const { startsAt, endsAt, doorsOpenAt, salesStartAt, salesEndAt, mode, onlineUrl } = event;
  if (endsAt <= startsAt) return refuse('endsAt', 'must be after startsAt');
  if (endsAt.getTime() - startsAt.getTime() > MAX_DURATION_MS)
    return refuse('endsAt', 'must be at most 31 days after startsAt');
  if (doorsOpenAt && doorsOpenAt >= startsAt) return refuse('doorsOpenAt', 'must be before startsAt');
  if (doorsOpenAt && startsAt.getTime() - doorsOpenAt.getTime() > MAX_DOORS_MS)
    return refuse('doorsOpenAt', 'must be at most 24 hours before startsAt');
  if (salesEndAt > endsAt) return refuse('salesEndAt', 'must not be after endsAt');
  if (salesStartAt && salesStartAt >= salesEndAt) return refuse('salesStartAt', 'must be before salesEndAt');
  if (onlineUrl && mode === 'IN_PERSON')
    return refuse('onlineUrl', 'is for events that are ONLINE or MIXED; this one is IN_PERSON');
  return checkedTicketTypes(event);
}

function checkedTicketTypes(event: Event): Result<Event, InvalidInput> {
  const { ticketTypes, venue } = event;
  const currency = ticketTypes[0]?.basePrice.currency;
  for (const [index, ticketType] of ticketTypes.entries()) {
    const field = `ticketTypes.${index}`;
    if (ticketType.basePrice.currency !== currency)
      return refuse(`${field}.basePrice.currency`, `must be ${currency}, as in the first ticket type`);
    const from = ticketType.salesStartAt ?? event.salesStartAt;
    const until = ticketType.salesEndAt ?? event.salesEndAt;
    if (ticketType.salesStartAt && event.salesStartAt && ticketType.salesStartAt < event.salesStartAt)
      return refuse(`${field}.salesStartAt`, "must not be before the event's salesStartAt");
    if (until > event.salesEndAt)
      return refuse(`${field}.salesEndAt`, "must not be after the event's salesEndAt");
    if (from && from >= until)
      return refuse(
        `${field}.${ticketType.salesStartAt ? 'salesStartAt' : 'salesEndAt'}`,
        `would have "${ticketType.name}" on sale from ${from.toISOString()} until ${until.toISOString()}`,
      );
  }
  const units = ticketTypes.reduce((sum, ticketType) => sum + mostUnits(ticketType), 0);
  if (venue && units > venue.capacity) {
    return refuse(
      'ticketTypes',
      `sell ${units} units together, but the venue holds ${venue.capacity} people`,
    );
  }
  return ok(event);
}

/** Why an event that is sold by seats cannot go elsewhere. */
export const SEATED_THERE =
  'its seats are those of its venue: cancel the event and make another one elsewhere';

/** What an event takes over from its venue. */
export function siteAt(venue: Venue): Pick<Event, 'venue' | 'city' | 'country' | 'timeZone'> {
  return { venue: venueOf(venue), city: venue.city, country: venue.country, timeZone: venue.timeZone };
}

function venueOf({ id, name, capacity }: Venue): EventVenue {
  return { id, name, capacity };
}

function refuse(field: string, message: string): Result<never, InvalidInput> {
  return fail(new InvalidInput(field, `${field}: ${message}`));
}
