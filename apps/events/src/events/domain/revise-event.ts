import { fail, InvalidInput, ok, type Result, WrongState } from '#kernel';
import type { Venue } from '../../venues/domain/venue.ts';
import { wishCapacity } from './capacity-change.ts';
import { type FieldLocked, firstLocked } from './edit-rules.ts';
import { checkedEvent, type Event, SEATED_THERE, siteAt } from './event.ts';
import type { EventChanges } from './event-input.ts';
import { type NamedPlan, sizedTicketTypes } from './sized-ticket-types.ts';
import {
  capacityInForce,
  type ChangedTicketTypeInput,
  newTicketType,
  type TicketType,
} from './ticket-type.ts';

export interface Revision {
  readonly changes: EventChanges;
  /** Of an event that is sold by seats. */
  readonly named?: NamedPlan;
  /** If the event is to take place elsewhere. It brings its own time zone. */
  readonly newVenue?: Venue;
  readonly now: Date;
  /** A fresh id for each new ticket type. */
  readonly ticketTypeId: () => string;
}

/**
 * An event with changes: of any field until sales begin, and after that of those that `edit-rules.ts` leaves open. Doors
 * keep their distance to the start, and a sale that ended with the event still does, unless they are given too.
 */
export function revise(
  event: Event,
  { changes, named, newVenue, now, ticketTypeId }: Revision,
): Result<Event, InvalidInput | WrongState | FieldLocked> {
  if (event.status === 'CANCELLED')
    return fail(new WrongState(event.status, 'A cancelled event takes no changes.'));
  if (event.mode === 'ONLINE' && newVenue) return refuse('venueId', 'an online event has no venue');
  if (event.planId !== undefined && newVenue) return refuse('venueId', SEATED_THERE);
  const { ticketTypes: inputs, ...fields } = withoutUndefined(changes);
  const version = event.version + 1;
  const ticketTypes = inputs
    ? changedTicketTypes(event, inputs, { version, now, named, ticketTypeId })
    : ok(event.ticketTypes);
  if (!ticketTypes.ok) return ticketTypes;
  const revised: Event = {
    ...event,
    ...followers(event, changes),
    ...fields,
    version,
    ...(newVenue ? siteAt(newVenue) : {}),
    ticketTypes: ticketTypes.value,
  };
  const locked = firstLocked(event, revised, now);
  if (locked) return fail(locked);
  const checked = checkedEvent(revised);
  return checked.ok && event.status === 'PUBLISHED' ? stillSold(event, checked.value, now) : checked;
}

/** Times that nobody names and that follow others. */
function followers(event: Event, { startsAt, endsAt }: EventChanges): Partial<Event> {
  const movedByMs = startsAt ? startsAt.getTime() - event.startsAt.getTime() : 0;
  const saleEndsWithEvent = event.salesEndAt.getTime() === event.endsAt.getTime();
  return {
    ...(event.doorsOpenAt ? { doorsOpenAt: new Date(event.doorsOpenAt.getTime() + movedByMs) } : {}),
    ...(saleEndsWithEvent ? { salesEndAt: endsAt ?? event.endsAt } : {}),
  };
}

/** What publishing asked for cannot be taken back by a change. */
function stillSold(before: Event, after: Event, now: Date): Result<Event, InvalidInput> {
  if (before.ticketTypes.length > 0 && after.ticketTypes.length === 0)
    return refuse('ticketTypes', 'a published event needs at least one ticket type');
  if (after.endsAt.getTime() !== before.endsAt.getTime() && after.endsAt <= now)
    return refuse('endsAt', 'must be in the future');
  return ok(after);
}

interface NewList {
  readonly version: number;
  readonly now: Date;
  readonly named?: NamedPlan;
  readonly ticketTypeId: () => string;
}

function changedTicketTypes(
  event: Event,
  inputs: readonly ChangedTicketTypeInput[],
  { version, now, named, ticketTypeId }: NewList,
): Result<readonly TicketType[], InvalidInput | WrongState> {
  const { organizationId, venue } = event;
  const sized = sizedTicketTypes(inputs, named, { organizationId, venueId: venue?.id });
  if (!sized.ok) return sized;
  const known = new Map(event.ticketTypes.map((ticketType) => [ticketType.id, ticketType]));
  const list: TicketType[] = [];
  for (const [index, { id, ...input }] of sized.value.entries()) {
    const before = id === undefined ? undefined : known.get(id);
    if (id !== undefined && !before)
      return refuse(`ticketTypes.${index}.id`, 'is not a ticket type of this event, or comes twice');
    known.delete(id ?? '');
    const changed = changedTicketType(
      event,
      before,
      newTicketType(before?.id ?? ticketTypeId(), input),
      version,
      now,
    );
    if (!changed.ok) return changed;
    list.push(changed.value);
  }
  return ok(list);
}

/** Of a public event another capacity is a wish. What is in force, sent back as it was read, is none. */
function changedTicketType(
  { status }: Event,
  before: TicketType | undefined,
  after: TicketType,
  eventVersion: number,
  now: Date,
): Result<TicketType, WrongState> {
  if (!before || status === 'DRAFT') return ok(after);
  const { capacity, capacityChange } = before;
  const asItWas = { ...after, capacity, ...(capacityChange ? { capacityChange } : {}) };
  if (after.capacity === capacityInForce(before)) return ok(asItWas);
  return wishCapacity(asItWas, after.capacity, { eventVersion, now });
}

function withoutUndefined<T extends object>(changes: T): Partial<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function refuse(field: string, message: string): Result<never, InvalidInput> {
  return fail(new InvalidInput(field, `${field}: ${message}`));
}
