import { CATALOGUE_ORGANIZATION_ID } from '#contracts';
import { type InvalidInput, ok, parseInput, type Result, type WrongState } from '#kernel';
import { categoryOfKeywords } from '../../events/domain/category.ts';
import { draftEvent, type Event, publish, publishAsRecord } from '../../events/domain/event.ts';
import { importedEventInput } from '../../events/domain/event-input.ts';
import type { Coordinates } from '../../places/domain/coordinates.ts';
import type { Place } from '../../places/domain/place.ts';
import { instantAt } from '../../places/domain/time-zone.ts';
import type { LaidOutPlan } from '../../seating/domain/seating-plan.ts';
import type { Venue } from '../../venues/domain/venue.ts';
import { dayOf, isoDay } from './calendar-day.ts';
import { currencyOf } from './currencies.ts';
import { eventIdOf, placeIdOf, ticketTypeIdOf } from './derived-ids.ts';
import {
  derivedSeatedTicketTypes,
  type DerivedTicketType,
  derivedTicketTypes,
} from './derived-ticket-types.ts';
import { drawsOf, pick } from './draws.ts';
import { type EventLine, eventLine, firstLanguage, webAddress } from './event-line.ts';
import { type Days, movedDays } from './moved-days.ts';
import type { SeatedHouses } from './seated-houses.ts';
import { seatedBy, sectionGroups } from './seated-sale.ts';
import type { VenueDirectory } from './venue-directory.ts';

/** What a line is turned into an event with. */
export interface CatalogueContext {
  readonly now: Date;
  /** Keep events as history, on their own days and with nothing for sale, instead of moving them into the future. */
  readonly asIs: boolean;
  readonly places: ReadonlyMap<string, Place>;
  readonly venues: VenueDirectory;
  readonly houses: SeatedHouses;
}

/** The source knows days only. */
const STARTS_AT_HOUR = 9;
const ENDS_AT_HOUR = 18;
/** Units for sale where no venue says how many people it holds. */
export const DEFAULT_UNITS = { inPerson: 500, online: 1_000 };
/** Of a larger house only a part is sold. */
const MOST_UNITS = 5_000;
/** How long before its start an event of the past is said to have been published. */
const RECORD_PUBLISHED_DAYS_BEFORE = 90;
const DAY_MS = 24 * 3_600_000;

const SOURCE = { source: 'github:tech-conferences/conference-data', licence: 'MIT' };

/** Fields that no line has, whichever way it is imported. */
const ALWAYS_DERIVED = ['category', 'startsAt', 'endsAt', 'salesStartAt', 'salesEndAt', 'maxPerAccount'];

/** A published event of a line of the catalogue, through the same rules as an organizer's own. */
export function eventOf(json: unknown, context: CatalogueContext): Result<Event, InvalidInput | WrongState> {
  const parsed = parseInput(eventLine, json);
  if (!parsed.ok) return parsed;
  return context.asIs ? recordOf(parsed.value, context) : offerOf(parsed.value, context);
}

/** An event on its own days, with nothing for sale. */
function recordOf(
  line: EventLine,
  { now, places }: CatalogueContext,
): Result<Event, InvalidInput | WrongState> {
  const site = siteOf(line, places);
  const derived = [...ALWAYS_DERIVED, 'publishedAt', ...(site.timeZone ? [] : ['timeZone'])];
  const event = draftOf(line, { days: daysOf(line), site, units: 0, derived, now });
  if (!event.ok) return event;
  const announcedMs = event.value.startsAt.getTime() - RECORD_PUBLISHED_DAYS_BEFORE * DAY_MS;
  return publishAsRecord(event.value, new Date(Math.min(announcedMs, now.getTime())));
}

/** An event on sale: moved into the coming months, with a venue where there is one, and ticket types. */
function offerOf(
  line: EventLine,
  { now, places, venues, houses }: CatalogueContext,
): Result<Event, InvalidInput | WrongState> {
  const draws = drawsOf(line.identifier);
  const site = siteOf(line, places);
  const venue = venueFor(line, site, venues, draws('venue'));
  const plan = venue && houses.planFor(eventIdOf(line.identifier), venue, draws('seated'));
  const derived = [
    ...ALWAYS_DERIVED,
    'ticketTypes',
    ...(venue ? ['venue'] : []),
    ...(plan ? ['seatingPlan'] : []),
    ...(site.timeZone ? [] : ['timeZone']),
  ];
  const event = draftOf(line, {
    days: movedDays(daysOf(line), dayOf(now), draws('weeks')),
    site: { ...site, timeZone: site.timeZone ?? venue?.timeZone, venue },
    units: unitsFor(line, venue),
    plan,
    derived,
    now,
  });
  return event.ok ? publish(event.value, now) : event;
}

/** Where an event takes place, as far as the line and the known places tell. */
interface Site {
  readonly city?: string;
  readonly country?: string;
  readonly coordinates?: Coordinates;
  readonly timeZone?: string;
  readonly venue?: Venue;
}

interface Particulars {
  readonly days: Days;
  readonly site: Site;
  /** 0 when nothing is for sale. */
  readonly units: number;
  /** Sells its seats instead of the units. */
  readonly plan?: LaidOutPlan;
  readonly derived: readonly string[];
  readonly now: Date;
}

function draftOf(
  line: EventLine,
  { days, site, units, plan, derived, now }: Particulars,
): Result<Event, InvalidInput> {
  const timeZone = site.timeZone ?? 'UTC';
  const ticketTypes = ticketTypesFor(line, { site, units, plan });
  const details = parseInput(importedEventInput, {
    name: line.name,
    category: categoryOfKeywords(line.keywords),
    mode: line.eventAttendanceMode,
    startsAt: instantAt(days.first, STARTS_AT_HOUR, timeZone),
    endsAt: instantAt(days.last, ENDS_AT_HOUR, timeZone),
    timeZone,
    keywords: line.keywords,
    language: firstLanguage(line.inLanguage),
    url: webAddress(line.url),
    ticketTypes,
  });
  if (!details.ok) return details;
  let index = 0;
  const identity = {
    id: eventIdOf(line.identifier),
    organizationId: CATALOGUE_ORGANIZATION_ID,
    at: now,
    ticketTypeId: () => ticketTypeIdOf(line.identifier, index++),
    origin: {
      identifier: line.identifier,
      ...SOURCE,
      originalStartDate: isoDay(line.startDate),
      originalEndDate: isoDay(line.endDate),
      derived,
    },
  };
  const draft = draftEvent(identity, details.value, site);
  return draft.ok && plan ? ok(seatedBy(draft.value, plan)) : draft;
}

function ticketTypesFor(
  { identifier }: EventLine,
  { site, units, plan }: Pick<Particulars, 'site' | 'units' | 'plan'>,
): DerivedTicketType[] {
  const currency = currencyOf(site.country);
  if (plan) return derivedSeatedTicketTypes(sectionGroups(plan), currency, drawsOf(identifier));
  return units > 0 ? derivedTicketTypes(units, currency, drawsOf(identifier)) : [];
}

function siteOf({ location }: EventLine, places: ReadonlyMap<string, Place>): Site {
  if (location?.['@type'] !== 'Place') return {};
  const { addressLocality: city, addressRegion: region, addressCountry: country } = location.address;
  const place = places.get(placeIdOf(country, region, city));
  return {
    city,
    country,
    coordinates: location.geo ?? place?.coordinates,
    timeZone: location.timeZone ?? place?.timeZone,
  };
}

function venueFor(
  { eventAttendanceMode }: EventLine,
  { country, coordinates }: Site,
  venues: VenueDirectory,
  draw: number,
): Venue | undefined {
  if (eventAttendanceMode === 'ONLINE' || !country || !coordinates) return undefined;
  return pick(venues.near(country, coordinates), draw);
}

function unitsFor({ eventAttendanceMode }: EventLine, venue: Venue | undefined): number {
  if (venue) return Math.min(venue.capacity, MOST_UNITS);
  return eventAttendanceMode === 'ONLINE' ? DEFAULT_UNITS.online : DEFAULT_UNITS.inPerson;
}

function daysOf({ startDate, endDate }: EventLine): Days {
  return { first: startDate, last: endDate };
}
