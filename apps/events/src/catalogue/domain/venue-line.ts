import { z } from 'zod';
import { CATALOGUE_ORGANIZATION_ID } from '#contracts';
import { type InvalidInput, ok, parseInput, type Result } from '#kernel';
import { newVenue, type Venue } from '../../venues/domain/venue.ts';
import { venueIdOf } from './derived-ids.ts';

/** A line of `venues.ndjson`. */
const venueLine = z.object({
  id: z.string().min(1).max(200),
  name: z.string(),
  kind: z.string().optional(),
  address: z.string().optional(),
  city: z.string(),
  region: z.string().optional(),
  country: z.string(),
  lat: z.number().optional(),
  lon: z.number().optional(),
  /** Whether the point is the venue's own or its city's. */
  geoPrecision: z.enum(['venue', 'city', 'none']),
  capacity: z.number(),
  timeZone: z.string(),
  source: z.string().min(1).max(100),
  licence: z.string().min(1).max(100),
});

export interface CatalogueVenue {
  readonly id: string;
  readonly venue: Venue;
  /** It stands at a known point. A touring cinema has no fixed room, and some points are only their city's. */
  readonly isFixed: boolean;
}

const TOURING = 'cinema-touring';

export function venueOf(line: unknown, now: Date): Result<CatalogueVenue, InvalidInput> {
  const parsed = parseInput(venueLine, line);
  if (!parsed.ok) return parsed;
  const { id: identifier, lat, lon, geoPrecision, source, licence, ...details } = parsed.value;
  const made = { id: venueIdOf(identifier), at: now, origin: { identifier, source, licence } };
  const venue = newVenue(made, {
    ...details,
    organizationId: CATALOGUE_ORGANIZATION_ID,
    latitude: lat,
    longitude: lon,
  });
  if (!venue.ok) return venue;
  const isFixed = geoPrecision === 'venue' && details.kind !== TOURING;
  return ok({ id: venue.value.id, venue: venue.value, isFixed });
}
