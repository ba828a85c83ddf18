import { z } from 'zod';
import { ATTENDANCE_MODES } from '#contracts';
import { oneLine } from '#kernel';
import { timeZoneName } from '../../places/domain/time-zone.ts';
import { CATEGORIES, DEFAULT_CATEGORY } from './category.ts';
import {
  capacity,
  changedTicketTypeInput,
  MAX_PER_ACCOUNT,
  MAX_TICKET_TYPES,
  ticketTypeInput,
} from './ticket-type.ts';

const DEFAULT_MAX_PER_ACCOUNT = 10;

/** GraphQL says "left out" as undefined or as null; both read as undefined. */
function optional<S extends z.ZodType>(schema: S) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** As an exact filter needs them: outer blanks and letter case do not count, and none comes twice. */
export const keyword = z.string().trim().toLowerCase().min(1).max(30);
const keywords = z
  .array(keyword)
  .max(20)
  .transform((all) => [...new Set(all)]);

const name = oneLine(z.string().trim().min(1).max(200));
const description = z.string().max(10_000);
const maxPerAccount = z.int().min(1).max(MAX_PER_ACCOUNT);
const category = z.enum(CATEGORIES);
const webLink = z
  .url({ protocol: /^https?$/, message: 'must be a link such as https://example.org/talk' })
  .max(500);
const ticketTypes = z.array(ticketTypeInput).max(MAX_TICKET_TYPES);

/** Two-letter codes that the runtime's CLDR data has a name for. */
const languageNames = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
export const languageCode = z
  .string()
  .regex(/^[a-z]{2}$/)
  .refine((code) => languageNames.of(code) !== undefined, 'must be an ISO 639-1 language code, e.g. en');

/** What is said of an event, whoever says it: an organizer or a line of a catalogue. */
const details = {
  name,
  description: description.nullish().transform((text) => text ?? ''),
  mode: z
    .enum(ATTENDANCE_MODES)
    .nullish()
    .transform((mode) => mode ?? 'IN_PERSON'),
  category: category.nullish().transform((one) => one ?? DEFAULT_CATEGORY),
  startsAt: z.date(),
  endsAt: z.date(),
  doorsOpenAt: optional(z.date()),
  timeZone: optional(timeZoneName),
  salesStartAt: optional(z.date()),
  salesEndAt: optional(z.date()),
  maxPerAccount: maxPerAccount.nullish().transform((units) => units ?? DEFAULT_MAX_PER_ACCOUNT),
  keywords: keywords.nullish().transform((all) => all ?? []),
  url: optional(webLink),
  onlineUrl: optional(webLink),
  ticketTypes: ticketTypes.nullish().transform((all) => all ?? []),
};

export const importedEventInput = z.object({
  ...details,
  language: languageCode.optional(),
});
export type EventDetails = z.output<typeof importedEventInput>;

export const createEventInput = z.object({
  organizationId: z.string().min(1).max(100),
  venueId: optional(z.string().max(100)),
  seatingPlanId: optional(z.string().max(100)),
  ...details,
});

/** What is left out, or null, stays as it is. */
export const updateEventInput = z.object({
  venueId: optional(z.string().max(100)),
  name: optional(name),
  description: optional(description),
  category: optional(category),
  startsAt: optional(z.date()),
  endsAt: optional(z.date()),
  doorsOpenAt: optional(z.date()),
  salesStartAt: optional(z.date()),
  salesEndAt: optional(z.date()),
  maxPerAccount: optional(maxPerAccount),
  keywords: optional(keywords),
  url: optional(webLink),
  onlineUrl: optional(webLink),
  ticketTypes: optional(z.array(changedTicketTypeInput).max(MAX_TICKET_TYPES)),
});
export type EventChanges = Omit<z.output<typeof updateEventInput>, 'venueId'>;

/** Longest time in which buyers of a moved event may give their tickets back, in days. */
const MAX_REFUND_DAYS = 90;
const DEFAULT_REFUND_DAYS = 14;

export const moveEventInput = z.object({
  startsAt: z.date(),
  endsAt: z.date(),
  venueId: optional(z.string().max(100)),
  refundDays: z
    .int()
    .min(1)
    .max(MAX_REFUND_DAYS)
    .nullish()
    .transform((days) => days ?? DEFAULT_REFUND_DAYS),
});
export type EventMove = Omit<z.output<typeof moveEventInput>, 'venueId'>;

export const capacityInput = z.object({ capacity });

export const cancelEventInput = z.object({
  reason: z
    .string()
    .trim()
    .max(500)
    .nullish()
    .transform((text) => text || undefined),
});
