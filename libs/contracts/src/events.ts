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
  /** Most units of this type one account may own; without it only the event's own limit holds. */
  maxPerAccount: z.int().positive().optional(),
  /** A sale window of its own, inside the event's. */
  salesStartAt: instant.optional(),
  salesEndAt: instant.optional(),
  /** Sections of the event's seating plan that it sells; without them it sells units of a pool, with no seats. */
  sectionIds: z.array(id).optional(),
});
export type PublishedTicketType = z.output<typeof ticketType>;

const event = z.object({
  eventId: id,
  organizationId: id,
  name: z.string(),
  status: z.enum(['PUBLISHED', 'CANCELLED']),
  mode: z.enum(ATTENDANCE_MODES),
  /** Where an online or mixed event takes place. For ticket holders and members only: services show it to nobody else. */
  onlineUrl: z.string().optional(),
  venueId: id.optional(),
  /** The seating plan whose sections its ticket types sell. */
  planId: id.optional(),
  startsAt: instant,
  endsAt: instant,
  doorsOpenAt: instant.optional(),
  timeZone: z.string(),
  salesStartAt: instant,
  salesEndAt: instant,
  /** Most units of this event one account may own. */
  maxPerAccount: z.int().positive(),
  ticketTypes: z.array(ticketType),
  publishedAt: instant,
  /** Since the event was moved after its sale had begun: orders placed before `offeredAt` may be given back. */
  refundOffer: z.object({ offeredAt: instant, until: instant }).optional(),
});
export type PublishedEvent = z.output<typeof event>;

export const eventsEvents = topic('events.events.v1', 'state', [
  fact('EventPublished', event),
  fact('EventUpdated', event),
  fact('EventCancelled', event),
]);

/** Seats that stand side by side, numbered from `first` in steps of `step` (2 for odd or even numbers only). */
const run = z.object({
  first: z.int().min(0),
  count: z.int().min(1),
  step: z.int().min(-2).max(2),
});

const row = z.object({
  label: z.string().min(1).max(10),
  /** From the middle of the row to the stage, in the plan's units: what "nearest the stage" compares. */
  distance: z.number().min(0),
  /** From one end of the row to the other; an aisle divides two runs. */
  runs: z.array(run).min(1),
  /** Numbers of the seats kept for wheelchairs and the like. */
  accessible: z.array(z.int().min(0)),
  /** Numbers of the seats that are never sold. */
  blocked: z.array(z.int().min(0)),
});

const section = z.object({
  planId: id,
  planVersion: z.int().positive(),
  venueId: id,
  organizationId: id,
  sectionId: id,
  name: z.string(),
  /** Sections of the plan in all: when so many facts of one `planVersion` are known, the plan is whole. */
  sectionCount: z.int().positive(),
  /** Seats that can be sold: all but the blocked. */
  seats: z.int().min(0),
  rows: z.array(row),
});
export type PublishedSection = z.output<typeof section>;

/** Seating plans, one fact per section: a plan of 60,000 seats would exceed one message. Keyed `<planId>:<sectionId>`. */
export const eventsPlans = topic('events.plans.v1', 'state', [fact('SeatingSectionPublished', section)]);
