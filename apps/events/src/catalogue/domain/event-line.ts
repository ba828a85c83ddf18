import { z } from 'zod';
import type { AttendanceMode } from '#contracts';
import { latitude, longitude } from '../../places/domain/coordinates.ts';
import { countryCode } from '../../places/domain/country.ts';
import { timeZoneName } from '../../places/domain/time-zone.ts';
import { languageCode } from '../../events/domain/event-input.ts';
import { calendarDay } from './calendar-day.ts';
import { EVENT_IDENTIFIER } from './derived-ids.ts';

/** schema.org's attendance modes as ours. */
const MODES = {
  'https://schema.org/OfflineEventAttendanceMode': 'IN_PERSON',
  'https://schema.org/OnlineEventAttendanceMode': 'ONLINE',
  'https://schema.org/MixedEventAttendanceMode': 'MIXED',
} as const satisfies Record<string, AttendanceMode>;

const modeUrl = z.enum(Object.keys(MODES) as (keyof typeof MODES)[]).transform((url) => MODES[url]);

const location = z.discriminatedUnion('@type', [
  z.object({
    '@type': z.literal('Place'),
    address: z.object({
      addressLocality: z.string().trim().min(1).max(100),
      addressRegion: z.string().trim().min(1).max(100).optional(),
      addressCountry: countryCode,
    }),
    /** The city's centre. */
    geo: z.object({ latitude, longitude }).optional(),
    timeZone: timeZoneName.optional(),
  }),
  z.object({ '@type': z.literal('VirtualLocation') }),
]);

/** A line of `events.ndjson`: a schema.org Event, of which the catalogue's README tells what it holds. */
export const eventLine = z
  .object({
    '@type': z.literal('Event'),
    identifier: z.string().regex(EVENT_IDENTIFIER, 'must be ct- and 12 hex digits'),
    name: z.string(),
    url: z.string().optional(),
    startDate: calendarDay,
    endDate: calendarDay,
    eventAttendanceMode: modeUrl,
    location: location.optional(),
    keywords: z.array(z.string()).default([]),
    inLanguage: z.array(z.string()).default([]),
  })
  .refine(({ startDate, endDate }) => endDate >= startDate, {
    path: ['endDate'],
    message: 'must not be before startDate',
  });
export type EventLine = z.output<typeof eventLine>;

/** The address as a browser would read it; undefined when it is none: an event is as good without its link. */
export function webAddress(text: string | undefined): string | undefined {
  const url = text === undefined ? null : URL.parse(text.trim());
  return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
}

/** The first of the languages that ISO 639-1 knows: a wrong code (`jp` for `ja`) costs the field, not the line. */
export function firstLanguage(codes: readonly string[]): string | undefined {
  return codes.find((code) => languageCode.safeParse(code).success);
}
