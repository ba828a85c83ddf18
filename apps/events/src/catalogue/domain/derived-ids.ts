import { v5 as uuidv5 } from 'uuid';
import { EVENT_ID_BYTES, eventIdFromBytes } from '#kernel';

/** Name space of the catalogue's ids (RFC 9562, version 5). Changing it would import everything a second time. */
const NAMESPACE = '6f0d8f5c-7a0c-5d3e-9b1e-0c5a4e8f2d17';

/** `ct-` and the 12 hex digits that are the event's id. */
export const EVENT_IDENTIFIER = /^ct-[0-9a-f]{12}$/;

/** The same line always gets the same id: a second import finds what the first one made. */
export function eventIdOf(identifier: string): string {
  const bytes = Buffer.from(identifier.slice('ct-'.length), 'hex');
  if (bytes.length !== EVENT_ID_BYTES) throw new RangeError(`${identifier} is no event identifier`);
  return eventIdFromBytes(bytes);
}

export function ticketTypeIdOf(eventIdentifier: string, index: number): string {
  return uuidv5(`event/${eventIdentifier}/ticket-type/${index}`, NAMESPACE);
}

export function venueIdOf(identifier: string): string {
  return uuidv5(`venue/${identifier}`, NAMESPACE);
}

/** The one plan that the import makes for a venue. */
export function planIdOf(venueId: string): string {
  return uuidv5(`plan/${venueId}`, NAMESPACE);
}

/** A city as the source of the events spells it, within its region and country. */
export function placeIdOf(country: string, region: string | undefined, name: string): string {
  return uuidv5(`place/${country}/${region ?? ''}/${name}`, NAMESPACE);
}
