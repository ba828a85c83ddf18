import { unwrap } from '#kernel';
import { seatedCapacity } from '../../seating/domain/seated-capacity.ts';
import type { Place } from '../../places/domain/place.ts';
import { type CatalogueContext, DEFAULT_UNITS, eventOf } from './event-of-line.ts';
import { placeOf } from './place-line.ts';
import { MAX_SEATED_EVENTS, SeatedHouses } from './seated-houses.ts';
import { VenueDirectory } from './venue-directory.ts';
import { venueOf } from './venue-line.ts';

const now = new Date('2026-11-21T12:00:00Z');
const DAY_MS = 24 * 3_600_000;

const paris = {
  '@type': 'Place',
  address: { '@type': 'PostalAddress', addressLocality: 'Paris', addressCountry: 'FR' },
  geo: { '@type': 'GeoCoordinates', latitude: 48.85341, longitude: 2.3488 },
  timeZone: 'Europe/Paris',
};

function line(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    '@type': 'Event',
    identifier: 'ct-2f111bd2db40',
    name: ' RubyConf ',
    url: 'https://example.org/a b',
    startDate: '2015-05-05',
    endDate: '2015-05-07',
    eventAttendanceMode: 'https://schema.org/OfflineEventAttendanceMode',
    location: paris,
    keywords: ['ruby'],
    inLanguage: ['jp', 'fr'],
    ...change,
  };
}

function cinema(change: Record<string, unknown> = {}) {
  const venue = {
    id: `cnc:${Object.values(change).join()}`,
    name: 'LE GRAND REX',
    kind: 'cinema',
    city: 'Paris',
    country: 'FR',
    lat: 48.87,
    lon: 2.35,
    geoPrecision: 'venue',
    capacity: 400,
    timeZone: 'Europe/Paris',
    source: 'cnc-cinemas-2022',
    licence: 'etalab-2.0',
    ...change,
  };
  return unwrap(venueOf(venue, now));
}

function context(change: Partial<CatalogueContext> = {}): CatalogueContext {
  return {
    now,
    asIs: false,
    places: new Map<string, Place>(),
    venues: new VenueDirectory(),
    houses: new SeatedHouses(now),
    ...change,
  };
}

function withVenues(...changes: Record<string, unknown>[]): CatalogueContext {
  const venues = new VenueDirectory();
  for (const change of changes) venues.add(cinema(change));
  return context({ venues });
}

describe('an event of the catalogue', () => {
  it('goes on sale in the future, by whole weeks, and says what of it was derived', () => {
    const event = unwrap(eventOf(line(), withVenues({})));
    expect(event).toMatchObject({
      id: '5W8HQMPV80',
      organizationId: 'catalogue',
      status: 'PUBLISHED',
      version: 2,
      name: 'RubyConf',
      url: 'https://example.org/a%20b',
      language: 'fr',
      city: 'Paris',
      country: 'FR',
      timeZone: 'Europe/Paris',
      venue: { name: 'LE GRAND REX', capacity: 400 },
      publishedAt: now,
      origin: {
        identifier: 'ct-2f111bd2db40',
        licence: 'MIT',
        originalStartDate: '2015-05-05',
        originalEndDate: '2015-05-07',
        derived: expect.arrayContaining(['startsAt', 'endsAt', 'ticketTypes', 'venue']),
      },
    });
    expect(event.startsAt.getTime()).toBeGreaterThan(now.getTime());
    const local = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Paris',
      weekday: 'long',
      hour: '2-digit',
    });
    expect(local.format(event.startsAt)).toMatch(/^Tuesday\W+09$/);
    expect(local.format(event.endsAt)).toMatch(/^Thursday\W+18$/);
    expect(event.ticketTypes.reduce((sum, { capacity }) => sum + capacity, 0)).toBe(400);
    expect(event.ticketTypes[0]?.basePrice.currency).toBe('EUR');
  });

  it('is the same again on the same day, with the same ids on any day', () => {
    expect(eventOf(line(), withVenues({}))).toEqual(eventOf(line(), withVenues({})));
    const another = unwrap(
      eventOf(line(), { ...withVenues({}), now: new Date(now.getTime() + 100 * DAY_MS) }),
    );
    const ids = (event: typeof another) => [event.id, ...event.ticketTypes.map(({ id }) => id)];
    expect(ids(another)).toEqual(ids(unwrap(eventOf(line(), withVenues({})))));
  });

  it('as it is stays on its days, as a record with nothing for sale', () => {
    const event = unwrap(eventOf(line(), { ...withVenues({}), asIs: true }));
    expect(event).toMatchObject({
      status: 'PUBLISHED',
      startsAt: new Date('2015-05-05T07:00:00Z'),
      endsAt: new Date('2015-05-07T16:00:00Z'),
      publishedAt: new Date('2015-02-04T07:00:00Z'),
      ticketTypes: [],
      origin: { derived: expect.not.arrayContaining(['ticketTypes', 'venue']) },
    });
    expect(event.venue).toBeUndefined();
  });

  it('without a venue near it sells the stated number of units', () => {
    const far = withVenues(
      { lat: 43.3, lon: 5.4 },
      { country: 'BE' },
      { kind: 'cinema-touring' },
      { geoPrecision: 'city' },
      { capacity: 49 },
    );
    const event = unwrap(eventOf(line(), far));
    expect(event.venue).toBeUndefined();
    expect(event).toMatchObject({
      city: 'Paris',
      origin: { derived: expect.not.arrayContaining(['venue']) },
    });
    expect(event.ticketTypes.reduce((sum, { capacity }) => sum + capacity, 0)).toBe(DEFAULT_UNITS.inPerson);
  });

  it('takes a very large house only where there is no other, and sells a part of it', () => {
    const both = unwrap(eventOf(line(), withVenues({ capacity: 40_000 }, { capacity: 300 })));
    expect(both.venue?.capacity).toBe(300);
    const one = unwrap(eventOf(line(), withVenues({ capacity: 40_000 })));
    expect(one.venue?.capacity).toBe(40_000);
    expect(one.ticketTypes.reduce((sum, { capacity }) => sum + capacity, 0)).toBe(5_000);
  });

  it('online needs no venue and no place', () => {
    const online = line({
      eventAttendanceMode: 'https://schema.org/OnlineEventAttendanceMode',
      location: { '@type': 'VirtualLocation', url: 'x' },
    });
    const event = unwrap(eventOf(online, withVenues({})));
    expect(event).toMatchObject({
      mode: 'ONLINE',
      timeZone: 'UTC',
      origin: { derived: expect.arrayContaining(['timeZone']) },
    });
    expect(event.venue ?? event.city).toBeUndefined();
  });

  it('of which the place is unknown has none', () => {
    const event = unwrap(eventOf(line({ location: undefined }), withVenues({})));
    expect(event).toMatchObject({ mode: 'IN_PERSON', timeZone: 'UTC' });
    expect(event.venue ?? event.city ?? event.country).toBeUndefined();
  });

  it('whose line has no time zone takes that of its place', () => {
    const place = unwrap(
      placeOf({
        name: 'Paris',
        country: 'FR',
        lat: 48.85,
        lon: 2.35,
        timeZone: 'Europe/Paris',
        geonameId: 2988507,
      }),
    );
    const { geo: _, timeZone: __, ...address } = paris;
    const event = unwrap(
      eventOf(line({ location: address }), { ...withVenues({}), places: new Map([[place.id, place]]) }),
    );
    expect(event).toMatchObject({ timeZone: 'Europe/Paris', venue: { name: 'LE GRAND REX' } });
  });
});

describe('an event in a house with seats', () => {
  const theatre = { kind: 'theatre', capacity: 1_200 };
  const identifiers = Array.from({ length: 60 }, (_, i) => `ct-${i.toString(16).padStart(12, '0')}`);
  const eventsIn = (house: Record<string, unknown>) => {
    const one = withVenues(house);
    const events = identifiers.map((identifier) => unwrap(eventOf(line({ identifier }), one)));
    return { plans: one.houses.takeUnstored(), seated: events.filter(({ planId }) => planId !== undefined) };
  };

  it('may be sold by seats, a ticket type for each group of sections, which sells just what they have', () => {
    const { plans, seated } = eventsIn(theatre);
    expect(plans).toHaveLength(1);
    const [plan] = plans;
    const sections = new Map(plan!.sections.map(({ id, name, sellable }) => [id, { name, seats: sellable }]));
    for (const event of seated) {
      expect(event).toMatchObject({
        planId: plan!.id,
        ticketTypes: [{ name: 'Stalls' }, { name: 'Circle' }],
        origin: { derived: expect.arrayContaining(['seatingPlan', 'ticketTypes']) },
      });
      const capacities = event.ticketTypes.map(({ capacity }) => capacity);
      expect(unwrap(seatedCapacity(sections, event.ticketTypes))).toEqual(capacities);
      expect(capacities.reduce((sum, units) => sum + units)).toBe(1_200);
      const [stalls, circle] = event.ticketTypes.map(({ basePrice }) => basePrice.amount);
      expect(stalls).toBeGreaterThan(circle!);
    }
  });

  it('is one of twenty at most, and the same ones again', () => {
    const { seated } = eventsIn(theatre);
    expect(seated).toHaveLength(MAX_SEATED_EVENTS);
    expect(eventsIn(theatre).seated).toEqual(seated);
  });

  it('is sold by the head where the house has no seats that the generator knows', () => {
    expect(eventsIn({ kind: 'workshop', capacity: 1_200 }).seated).toEqual([]);
    expect(eventsIn({ ...theatre, capacity: 60 }).seated).toEqual([]);
  });
});

describe('a line is refused', () => {
  it.each([
    ['@type', { '@type': 'Concert' }],
    ['identifier', { identifier: 'ct-123' }],
    ['identifier', { identifier: 42 }],
    ['name', { name: '   ' }],
    ['name', { name: 'x'.repeat(201) }],
    ['startDate', { startDate: '2015-02-30' }],
    ['endDate', { endDate: '2015-05-04' }],
    ['endsAt', { endDate: '2015-06-30' }],
    ['eventAttendanceMode', { eventAttendanceMode: 'offline' }],
    [
      'location.address.addressCountry',
      { location: { ...paris, address: { addressLocality: 'Paris', addressCountry: 'France' } } },
    ],
    ['location.timeZone', { location: { ...paris, timeZone: 'Europe/Lutetia' } }],
    ['location.geo.latitude', { location: { ...paris, geo: { latitude: 100, longitude: 0 } } }],
    ['keywords.0', { keywords: ['x'.repeat(31)] }],
  ])('for its %s', (field, change) => {
    const refused = eventOf(line(change), context());
    expect(refused).toMatchObject({ ok: false, failure: { field } });
  });

  it.each([[null], ['text'], [[]], [{}]])('when it is %j', (json) => {
    expect(eventOf(json, context())).toMatchObject({ ok: false });
    expect(placeOf(json)).toMatchObject({ ok: false });
    expect(venueOf(json, now)).toMatchObject({ ok: false });
  });

  it('but not for a link or a language that is wrong', () => {
    const event = unwrap(eventOf(line({ url: 'javascript:alert(1)', inLanguage: ['jp'] }), context()));
    expect(event.url ?? event.language).toBeUndefined();
  });
});
