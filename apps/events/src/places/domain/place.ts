import { z } from 'zod';
import { type InvalidInput, ok, parseInput, type Result } from '#kernel';
import { type Coordinates, latitude, longitude } from './coordinates.ts';
import { countryCode } from './country.ts';
import { timeZoneName } from './time-zone.ts';

/** A city, as events name it, and where on the earth it is, if that is known. */
export interface Place {
  readonly id: string;
  readonly name: string;
  readonly region?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly coordinates?: Coordinates;
  /** IANA. */
  readonly timeZone?: string;
  readonly population?: number;
  /** Where the coordinates, the time zone and the population come from. */
  readonly origin?: PlaceOrigin;
}

export interface PlaceOrigin {
  readonly source: string;
  readonly licence: string;
  readonly identifier: string;
}

const placeDetails = z.object({
  name: z.string().trim().min(1).max(100),
  region: z.string().trim().min(1).max(100).optional(),
  country: countryCode,
  coordinates: z.object({ latitude, longitude }).optional(),
  timeZone: timeZoneName.optional(),
  population: z.int().min(0).optional(),
});

export function newPlace(id: string, details: unknown, origin?: PlaceOrigin): Result<Place, InvalidInput> {
  const parsed = parseInput(placeDetails, details);
  return parsed.ok ? ok({ id, ...parsed.value, ...(origin ? { origin } : {}) }) : parsed;
}
