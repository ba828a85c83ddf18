import type { AttendanceMode } from '#contracts';
import { fail, InvalidInput, ok, type Result, WrongState } from '#kernel';
import type { Venue } from '../../venues/domain/venue.ts';
import type { EventChanges, EventDetails } from './event-input.ts';
import { newTicketType, type TicketType, type TicketTypeInput } from './ticket-type.ts';

export const EVENT_STATUSES = ['DRAFT', 'PUBLISHED', 'CANCELLED'] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** Longest event, from `startsAt` to `endsAt`. The listing relies on it to find what has begun and not ended. */
export const MAX_DURATION_MS = 31 * 24 * 3_600_000;

/** An occasion that people attend, with what is sold for it. */
export interface Event {
  readonly id: string;
  /** Rises by one with each change. */
  readonly version: number;
  readonly organizationId: string;
  readonly status: EventStatus;
  readonly name: string;
  readonly description: string;
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
  readonly url?: string;
  readonly origin?: EventOrigin;
  readonly createdAt: Date;
  readonly publishedAt?: Date;
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
  readonly city?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
}

/** A new event, seen by its organization only. */
export function draftEvent(
  identity: EventIdentity,
  details: EventDetails,
  { venue, city = venue?.city, country = venue?.country }: EventSite,
): Result<Event, InvalidInput> {
  const timeZone = details.timeZone ?? venue?.timeZone;
  if (details.mode === 'ONLINE' && venue) return refuse('venueId', 'an online event has no venue');
  if (!timeZone) return refuse('timeZone', 'is needed where no venue gives it');
  return checked({
    id: identity.id,
    version: 1,
    organizationId: identity.organizationId,
    status: 'DRAFT',
    ...details,
    ...(venue ? { venue: venueOf(venue) } : {}),
    city,
    country,
    timeZone,
    salesEndAt: details.salesEndAt ?? details.endsAt,
    ticketTypes: ticketTypesOf(details.ticketTypes, identity.ticketTypeId),
    createdAt: identity.at,
    ...(identity.origin ? { origin: identity.origin } : {}),
  });
}

/**
 * A draft with changes. A new venue brings its own time zone. A sale that ended with the event still does when the
 * event's end moves.
 */
export function reviseDraft(
  event: Event,
  changes: EventChanges,
  newVenue: Venue | undefined,
  ticketTypeId: () => string,
): Result<Event, InvalidInput | WrongState> {
  if (event.status !== 'DRAFT') return fail(new WrongState(event.status, 'Only a draft can be changed.'));
  if (event.mode === 'ONLINE' && newVenue) return refuse('venueId', 'an online event has no venue');
  const { ticketTypes, ...fields } = withoutUndefined(changes);
  const saleEndsWithEvent = event.salesEndAt.getTime() === event.endsAt.getTime();
  return checked({
    ...event,
    ...(saleEndsWithEvent ? { salesEndAt: changes.endsAt ?? event.endsAt } : {}),
    ...fields,
    version: event.version + 1,
    ...(newVenue
      ? {
          venue: venueOf(newVenue),
          city: newVenue.city,
          country: newVenue.country,
          timeZone: newVenue.timeZone,
        }
      : {}),
    ...(ticketTypes ? { ticketTypes: ticketTypesOf(ticketTypes, ticketTypeId) } : {}),
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
export function cancel(event: Event): Result<Event, WrongState> {
  if (event.status === 'CANCELLED') return ok(event);
  if (event.status === 'DRAFT')
    return fail(new WrongState(event.status, 'A draft is not on sale: there is nothing to cancel.'));
  return ok({ ...event, status: 'CANCELLED', version: event.version + 1 });
}

function published(event: Event, at: Date): Event {
  return {
    ...event,
    status: 'PUBLISHED',
    version: event.version + 1,
    publishedAt: at,
    salesStartAt: event.salesStartAt ?? at,
  };
}

/** The rules that join several fields. */
function checked(event: Event): Result<Event, InvalidInput> {
  const { startsAt, endsAt, salesStartAt, salesEndAt, ticketTypes, venue } = event;
  if (endsAt <= startsAt) return refuse('endsAt', 'must be after startsAt');
  if (endsAt.getTime() - startsAt.getTime() > MAX_DURATION_MS)
    return refuse('endsAt', 'must be at most 31 days after startsAt');
  if (salesEndAt > endsAt) return refuse('salesEndAt', 'must not be after endsAt');
  if (salesStartAt && salesStartAt >= salesEndAt) return refuse('salesStartAt', 'must be before salesEndAt');
  const currency = ticketTypes[0]?.basePrice.currency;
  const other = ticketTypes.findIndex(({ basePrice }) => basePrice.currency !== currency);
  if (other >= 0)
    return refuse(
      `ticketTypes.${other}.basePrice.currency`,
      `must be ${currency}, as in the first ticket type`,
    );
  const units = ticketTypes.reduce((sum, { capacity }) => sum + capacity, 0);
  if (venue && units > venue.capacity) {
    return refuse(
      'ticketTypes',
      `sell ${units} units together, but the venue holds ${venue.capacity} people`,
    );
  }
  return ok(event);
}

function venueOf({ id, name, capacity }: Venue): EventVenue {
  return { id, name, capacity };
}

function ticketTypesOf(inputs: readonly TicketTypeInput[], nextId: () => string): TicketType[] {
  return inputs.map((input) => newTicketType(nextId(), input));
}

function withoutUndefined<T extends object>(changes: T): Partial<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function refuse(field: string, message: string): Result<never, InvalidInput> {
  return fail(new InvalidInput(field, `${field}: ${message}`));
}
