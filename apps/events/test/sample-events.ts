import { parseInput, unwrap } from '#kernel';
import { draftEvent, type Event, publish } from '../src/events/domain/event.ts';
import { createEventInput } from '../src/events/domain/event-input.ts';
import { newVenue, type Venue } from '../src/venues/domain/venue.ts';

export const now = new Date('2026-11-21T12:00:00Z');
export const later = (hours: number): Date => new Date(now.getTime() + hours * 3_600_000);

export const venue: Venue = unwrap(
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

let nextId = 0;
export const ticketTypeId = (): string => `ticket-type-${nextId++}`;

export const ticketType = (change: Record<string, unknown> = {}) => ({
  name: 'Regular',
  basePrice: { amount: 1_000, currency: 'EUR' },
  capacity: 100,
  ...change,
});

/** A draft in the hall, of what an organizer gives; by default an evening in four days. */
export function drafted(change: Record<string, unknown> = {}): Event {
  const input = {
    organizationId: 'org',
    name: 'Evening',
    startsAt: later(100),
    endsAt: later(104),
    ticketTypes: [ticketType()],
    ...change,
  };
  const { organizationId, venueId: _, ...details } = unwrap(parseInput(createEventInput, input));
  return unwrap(draftEvent({ id: 'EVENT', organizationId, at: now, ticketTypeId }, details, { venue }));
}

/** On sale since `now`, unless `salesStartAt` says otherwise. */
export function onSale(change: Record<string, unknown> = {}): Event {
  return unwrap(publish(drafted(change), now));
}

/** A ticket type as an organizer sends it back in a changed list. */
export function sentBack({
  id,
  name,
  basePrice,
  capacity,
  maxPerOrder,
  maxPerAccount,
}: Event['ticketTypes'][number]) {
  return { id, name, basePrice, capacity, maxPerOrder, maxPerAccount };
}
