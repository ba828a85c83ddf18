import { z } from 'zod';
import { type InvalidInput, ok, oneLine, parseInput, type Result } from '#kernel';
import { type Coordinates, latitude, longitude } from '../../places/domain/coordinates.ts';
import { countryCode } from '../../places/domain/country.ts';
import { timeZoneName } from '../../places/domain/time-zone.ts';

/**
 * Where events take place. City, country and time zone never change: events have taken them over. Name and capacity are
 * those of the day on which an event took the venue.
 */
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

const name = oneLine(line(200));
const capacity = z.int().min(1).max(MAX_CAPACITY);

interface Point {
  readonly latitude?: number | null;
  readonly longitude?: number | null;
}

function refuseHalfAPoint(input: Point, context: z.RefinementCtx): void {
  const hasLatitude = typeof input.latitude === 'number';
  if (hasLatitude === (typeof input.longitude === 'number')) return;
  context.addIssue({
    code: 'custom',
    path: [hasLatitude ? 'longitude' : 'latitude'],
    message: 'latitude and longitude are given together or not at all',
  });
}

const venueInput = z
  .object({
    organizationId: z.string().min(1).max(100),
    name,
    kind: optionalLine(50),
    address: optionalLine(300),
    city: line(100),
    region: optionalLine(100),
    country: countryCode,
    latitude: latitude.nullish(),
    longitude: longitude.nullish(),
    capacity,
    timeZone: timeZoneName,
  })
  .superRefine(refuseHalfAPoint);

/** What is left out, or null, stays as it is. */
const venueChanges = z
  .object({
    name: name.nullish(),
    address: line(300).nullish(),
    latitude: latitude.nullish(),
    longitude: longitude.nullish(),
    capacity: capacity.nullish(),
  })
  .superRefine(refuseHalfAPoint);

export type VenueChanges = Partial<Pick<Venue, 'name' | 'address' | 'coordinates' | 'capacity'>>;

/** The fields of a venue that are to be others. */
export function changesOfVenue(input: unknown): Result<VenueChanges, InvalidInput> {
  const parsed = parseInput(venueChanges, input);
  if (!parsed.ok) return parsed;
  const { name: newName, address, latitude: north, longitude: east, capacity: people } = parsed.value;
  return ok({
    ...(typeof newName === 'string' ? { name: newName } : {}),
    ...(typeof address === 'string' ? { address } : {}),
    ...(typeof north === 'number' && typeof east === 'number'
      ? { coordinates: { latitude: north, longitude: east } }
      : {}),
    ...(typeof people === 'number' ? { capacity: people } : {}),
  });
}

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
