import fc from 'fast-check';
import { unwrap, type InvalidInput, parseInput } from '#kernel';
import { newVenue, type Venue } from '../../venues/domain/venue.ts';
import { cancel, draftEvent, type Event, publish, publishAsRecord } from './event.ts';
import { createEventInput, type EventChanges, type EventDetails, updateEventInput } from './event-input.ts';
import { revise } from './revise-event.ts';

const now = new Date('2026-11-21T12:00:00Z');
const HOUR_MS = 3_600_000;
const later = (hours: number) => new Date(now.getTime() + hours * HOUR_MS);

const venue = unwrap(
  newVenue(
    { id: 'venue-1', at: now },
    {
      organizationId: 'org',
      name: 'Hall',
      city: 'Lyon',
      country: 'FR',
      capacity: 1_000,
      timeZone: 'Europe/Paris',
    },
  ),
);

function details(change: Record<string, unknown> = {}): EventDetails {
  const input = {
    organizationId: 'org',
    name: 'Evening',
    startsAt: later(100),
    endsAt: later(104),
    ticketTypes: [{ name: 'Regular', basePrice: { amount: 1_000, currency: 'EUR' }, capacity: 10 }],
    ...change,
  };
  const { organizationId: _, venueId: __, ...rest } = unwrap(parseInput(createEventInput, input));
  return rest;
}

function changes(input: Record<string, unknown>): EventChanges {
  const { venueId: _, ...rest } = unwrap(parseInput(updateEventInput, input));
  return rest;
}

function revised(event: Event, input: Record<string, unknown>, newVenue?: Venue) {
  return revise(event, { changes: changes(input), newVenue, now, ticketTypeId });
}

let nextId = 0;
const ticketTypeId = () => `ticket-type-${nextId++}`;
const identity = { id: 'EVENT', organizationId: 'org', at: now, ticketTypeId };

function drafted(change: Record<string, unknown> = {}): Event {
  return unwrap(draftEvent(identity, details(change), { venue }));
}

describe('a draft', () => {
  it('takes at most as many units as the venue holds people, however they are split', () => {
    const capacities = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(capacities, (split) => {
        const ticketTypes = split.map((capacity, i) => ({
          name: `T${i}`,
          basePrice: { amount: 1, currency: 'EUR' },
          capacity,
        }));
        const draft = draftEvent(identity, details({ ticketTypes }), { venue });
        expect(draft.ok).toBe(split.reduce((sum, one) => sum + one, 0) <= venue.capacity);
      }),
    );
  });

  it('lasts longer than no time and at most 31 days', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000, max: 1_000 }), (hours) => {
        const draft = draftEvent(identity, details({ endsAt: later(100 + hours) }), { venue });
        expect(draft.ok).toBe(hours > 0 && hours <= 31 * 24);
        if (!draft.ok) expect(draft.failure.field).toBe('endsAt');
      }),
    );
  });

  it('accepts demand pricing exactly when floor ≤ base ≤ ceiling', () => {
    const price = fc.integer({ min: 0, max: 1_000 });
    fc.assert(
      fc.property(price, price, price, (floor, base, ceiling) => {
        const euros = (amount: number) => ({ amount, currency: 'EUR' });
        const ticketTypes = [
          {
            name: 'T',
            basePrice: euros(base),
            capacity: 1,
            pricing: { floor: euros(floor), ceiling: euros(ceiling) },
          },
        ];
        const parsed = parseInput(createEventInput, {
          organizationId: 'o',
          name: 'n',
          startsAt: now,
          endsAt: later(1),
          ticketTypes,
        });
        expect(parsed.ok).toBe(floor <= base && base <= ceiling);
      }),
    );
  });

  it('has prices that can be charged and paid back, and says which could', () => {
    const priced = (basePrice: number, floor: number, currency = 'KWD') =>
      parseInput(createEventInput, {
        organizationId: 'o',
        name: 'n',
        startsAt: now,
        endsAt: later(1),
        ticketTypes: [
          {
            name: 'T',
            basePrice: { amount: basePrice, currency },
            capacity: 1,
            pricing: { floor: { amount: floor, currency }, ceiling: { amount: 10_000, currency } },
          },
        ],
      });
    expect(priced(5_120, 5_000).ok).toBe(true);
    expect(priced(5_124, 5_001, 'EUR').ok).toBe(true);
    expect(priced(5_124, 5_000)).toMatchObject({
      failure: {
        field: 'ticketTypes.0.basePrice.amount',
        message: expect.stringMatching(/multiple of 10 in KWD.*e\.g\. 5120/),
      },
    });
    expect(priced(5_124, 5_000, 'EURO')).toMatchObject({
      failure: { field: 'ticketTypes.0.basePrice.currency' },
    });
    expect(priced(5_120, 5_001)).toMatchObject({
      failure: { field: 'ticketTypes.0.pricing.floor.amount' },
    });
  });

  it('keeps the end of the sale with the end of the event, until it is given one of its own', () => {
    const moved = unwrap(revised(drafted(), { endsAt: later(105) }));
    expect(moved.salesEndAt).toEqual(later(105));
    const own = unwrap(revised(moved, { salesEndAt: later(50) }));
    const movedAgain = unwrap(revised(own, { endsAt: later(106) }));
    expect(movedAgain).toMatchObject({ salesEndAt: later(50), endsAt: later(106), version: 4 });
  });

  it('moves with everything to another venue', () => {
    const other = {
      ...venue,
      id: 'venue-2',
      city: 'Tokyo',
      country: 'JP',
      capacity: 5,
      timeZone: 'Asia/Tokyo',
    };
    const small = revised(drafted(), {}, other);
    expect(small.ok || (small.failure as InvalidInput).field).toBe('ticketTypes');
    const moved = unwrap(revised(drafted(), {}, { ...other, capacity: 10 }));
    expect(moved).toMatchObject({
      venue: { id: 'venue-2' },
      city: 'Tokyo',
      country: 'JP',
      timeZone: 'Asia/Tokyo',
    });
  });
});

describe('the life of an event', () => {
  it('goes from draft to published to cancelled, with a version each, and never back', () => {
    const draft = drafted();
    const published = unwrap(publish(draft, now));
    const cancelled = unwrap(cancel(published, now));
    expect([draft, published, cancelled].map(({ status, version }) => [status, version])).toEqual([
      ['DRAFT', 1],
      ['PUBLISHED', 2],
      ['CANCELLED', 3],
    ]);
    expect(unwrap(cancel(cancelled, now))).toBe(cancelled);
    expect(published.salesStartAt).toEqual(now);
    for (const refused of [
      publish(published, now),
      publish(cancelled, now),
      cancel(draft, now),
      revised(cancelled, { name: 'Too late' }),
      publishAsRecord(cancelled, now),
    ]) {
      expect(refused.ok || refused.failure.code).toBe('WRONG_STATE');
    }
  });

  it('keeps a start of the sale that was given', () => {
    const published = unwrap(publish(drafted({ salesStartAt: later(10) }), now));
    expect(published).toMatchObject({ publishedAt: now, salesStartAt: later(10) });
  });

  it('may be a record of what is over, with nothing for sale', () => {
    const record = unwrap(
      publishAsRecord(drafted({ startsAt: later(-100), endsAt: later(-90) }), later(-500)),
    );
    expect(record).toMatchObject({ status: 'PUBLISHED', publishedAt: later(-500), ticketTypes: [] });
  });
});
