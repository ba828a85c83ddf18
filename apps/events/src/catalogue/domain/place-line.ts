import { z } from 'zod';
import { type InvalidInput, parseInput, type Result } from '#kernel';
import { newPlace, type Place } from '../../places/domain/place.ts';
import { placeIdOf } from './derived-ids.ts';

/** A line of `places.ndjson`: a city as the events spell it, and what GeoNames knows of it, if it knows it. */
const placeLine = z.object({
  name: z.string(),
  region: z.string().optional(),
  country: z.string(),
  lat: z.number().optional(),
  lon: z.number().optional(),
  timeZone: z.string().optional(),
  population: z.number().optional(),
  geonameId: z.int().positive().optional(),
});

export function placeOf(line: unknown): Result<Place, InvalidInput> {
  const parsed = parseInput(placeLine, line);
  if (!parsed.ok) return parsed;
  const { lat, lon, geonameId, ...details } = parsed.value;
  const isLocated = lat !== undefined && lon !== undefined;
  return newPlace(
    placeIdOf(details.country, details.region, details.name),
    { ...details, ...(isLocated ? { coordinates: { latitude: lat, longitude: lon } } : {}) },
    geonameId === undefined
      ? undefined
      : { source: 'GeoNames', licence: 'CC BY 4.0', identifier: String(geonameId) },
  );
}
