import { z } from 'zod';
import { type InvalidInput, ok, parseInput, type Result } from '#kernel';
import { type Coordinates, latitude, longitude } from '../../places/domain/coordinates.ts';
import { countryCode } from '../../places/domain/country.ts';
import { timeZoneName } from '../../places/domain/time-zone.ts';

/** Where events take place. It does not change once it is made, so an event may carry what it shows of it. */
export interface Venue {
  readonly id: string;
  /** Who made it. Every organization may hold its events there. */
  readonly organizationId: string;
  readonly name: string;
  readonly kind?: string;
  readonly address?: string;
  readonly city: string;
  readonly region?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly coordinates?: Coordinates;
  /** People. */
  readonly capacity: number;
  /** IANA. */
  readonly timeZone: string;
  readonly createdAt: Date;
  /** For an imported venue. */
  readonly origin?: VenueOrigin;
}

export interface VenueOrigin {
  readonly identifier: string;
  readonly source: string;
  readonly licence: string;
}

/** Largest venue, and largest capacity of one ticket type, in people. */
export const MAX_CAPACITY = 200_000;

const line = (longest: number) => z.string().trim().min(1).max(longest);
const optionalLine = (longest: number) =>
  line(longest)
    .nullish()
    .transform((text) => text ?? undefined);

const venueInput = z
  .object({
    organizationId: z.string().min(1).max(100),
    name: line(200),
    kind: optionalLine(50),
    address: optionalLine(300),
    city: line(100),
    region: optionalLine(100),
    country: countryCode,
    latitude: latitude.nullish(),
    longitude: longitude.nullish(),
    capacity: z.int().min(1).max(MAX_CAPACITY),
    timeZone: timeZoneName,
  })
  .superRefine((input, context) => {
    const hasLatitude = typeof input.latitude === 'number';
    if (hasLatitude === (typeof input.longitude === 'number')) return;
    context.addIssue({
      code: 'custom',
      path: [hasLatitude ? 'longitude' : 'latitude'],
      message: 'latitude and longitude are given together or not at all',
    });
  });

/** A venue of unchecked details, whoever gives them: an organizer or a line of a catalogue. */
export function newVenue(
  made: { readonly id: string; readonly at: Date; readonly origin?: VenueOrigin },
  input: unknown,
): Result<Venue, InvalidInput> {
  const parsed = parseInput(venueInput, input);
  if (!parsed.ok) return parsed;
  const { latitude: north, longitude: east, ...details } = parsed.value;
  return ok({
    id: made.id,
    ...details,
    ...(typeof north === 'number' && typeof east === 'number'
      ? { coordinates: { latitude: north, longitude: east } }
      : {}),
    createdAt: made.at,
    ...(made.origin ? { origin: made.origin } : {}),
  });
}
