import { type Coordinates, distanceKm } from '../../places/domain/coordinates.ts';
import type { Venue } from '../../venues/domain/venue.ts';
import type { CatalogueVenue } from './venue-line.ts';

/** How far from its city's centre an event may take place. */
const NEAR_KM = 50;
/** A smaller room is none for a conference. */
const SMALLEST_HALL = 50;
/** Halls up to here come first; a larger one, such as a ballpark, only where there is no such hall. */
const LARGEST_USUAL_HALL = 5_000;

/** The venues that the import may hold events in, by country. */
export class VenueDirectory {
  private readonly byCountry = new Map<string, Venue[]>();

  add({ venue, isFixed }: CatalogueVenue): void {
    if (!isFixed || !venue.coordinates || venue.capacity < SMALLEST_HALL) return;
    const known = this.byCountry.get(venue.country);
    if (known) known.push(venue);
    else this.byCountry.set(venue.country, [venue]);
  }

  /** Suitable venues of the country around a point, in an order that does not depend on the file's. */
  near(country: string, point: Coordinates): readonly Venue[] {
    const near = (this.byCountry.get(country) ?? []).filter(
      ({ coordinates }) => coordinates && distanceKm(point, coordinates) <= NEAR_KM,
    );
    const usual = near.filter(({ capacity }) => capacity <= LARGEST_USUAL_HALL);
    return (usual.length > 0 ? usual : near).sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
