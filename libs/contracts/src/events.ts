import { z } from 'zod';
import { fact, topic } from './fact.ts';
import { id, instant, moneyValue } from './values.ts';

export const ATTENDANCE_MODES = ['IN_PERSON', 'ONLINE', 'MIXED'] as const;
export type AttendanceMode = (typeof ATTENDANCE_MODES)[number];

/** How a ticket type is priced: always its base price, or moved by demand between floor and ceiling. */
export const pricingPolicy = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('FIXED') }),
  z.object({
    mode: z.literal('DEMAND'),
    floor: moneyValue,
    ceiling: moneyValue,
    /** Shortest time between two published changes, in seconds. */
    cooldownS: z.int().min(1).max(86_400),
  }),
]);
export type PricingPolicy = z.output<typeof pricingPolicy>;

const ticketType = z.object({
  ticketTypeId: id,
  name: z.string(),
  basePrice: moneyValue,
  pricing: pricingPolicy,
  capacity: z.int().min(0),
  /** Most units of this type in one order. */
  maxPerOrder: z.int().positive(),
});
export type PublishedTicketType = z.output<typeof ticketType>;

const event = z.object({
  eventId: id,
  organizationId: id,
  name: z.string(),
  status: z.enum(['PUBLISHED', 'CANCELLED']),
  mode: z.enum(ATTENDANCE_MODES),
  venueId: id.optional(),
  startsAt: instant,
  endsAt: instant,
  timeZone: z.string(),
  salesStartAt: instant,
  salesEndAt: instant,
  /** Most units of this event one account may own. */
  maxPerAccount: z.int().positive(),
  ticketTypes: z.array(ticketType),
  publishedAt: instant,
});
export type PublishedEvent = z.output<typeof event>;

export const eventsEvents = topic('events.events.v1', 'state', [
  fact('EventPublished', event),
  fact('EventUpdated', event),
  fact('EventCancelled', event),
]);
