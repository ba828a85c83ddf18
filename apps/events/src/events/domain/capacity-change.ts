import type { DecidedCapacities } from '#contracts';
import { fail, InvalidInput, ok, type Result, WrongState } from '#kernel';
import { checkedEvent, type Event } from './event.ts';
import type { CapacityChange, TicketType } from './ticket-type.ts';

type Refused = InvalidInput | WrongState;

/**
 * A ticket type of a public event with the wish for another capacity; `eventVersion` is the version that will carry it.
 * One wish at a time: were a second to overtake the first on its way, nobody could tell which one a decision is about.
 */
export function wishCapacity(
  ticketType: TicketType,
  capacity: number,
  { eventVersion, now }: { eventVersion: number; now: Date },
): Result<TicketType, WrongState> {
  if (capacity === ticketType.capacity) return ok(ticketType);
  if (ticketType.capacityChange?.status === 'PENDING') {
    const message = `The capacity of "${ticketType.name}" is being changed to ${ticketType.capacity} already: wait for the decision.`;
    return fail(new WrongState('PENDING', message));
  }
  const inForce = ticketType.capacity;
  const capacityChange: CapacityChange = {
    requested: capacity,
    inForce,
    status: 'PENDING',
    eventVersion,
    requestedAt: now,
  };
  return ok({ ...ticketType, capacity, capacityChange });
}

/** The event with another capacity of one ticket type: at once in a draft, as a wish once it is public. */
export function changeCapacity(
  event: Event,
  ticketTypeId: string,
  capacity: number,
  now: Date,
): Result<Event, Refused> {
  if (event.status === 'CANCELLED')
    return fail(new WrongState(event.status, 'A cancelled event takes no changes.'));
  const before = event.ticketTypes.find(({ id }) => id === ticketTypeId);
  if (!before)
    return fail(new InvalidInput('ticketTypeId', 'ticketTypeId: is not a ticket type of this event'));
  if (before.sectionIds)
    return fail(new InvalidInput('capacity', 'capacity: is the number of seats of its sections'));
  const version = event.version + 1;
  const after =
    event.status === 'DRAFT'
      ? ok({ ...before, capacity })
      : wishCapacity(before, capacity, { eventVersion: version, now });
  if (!after.ok) return after;
  if (before.capacity === capacity) return ok(event);
  const ticketTypes = event.ticketTypes.map((one) => (one === before ? after.value : one));
  return checkedEvent({ ...event, ticketTypes, version });
}

/**
 * What `tickets` decided, taken over: a wish that was granted stands, one that was refused goes back to what is in force.
 * Repeats, decisions about older versions of the event, and decisions that come after the event was cancelled change
 * nothing: the same event comes back.
 */
export function settleCapacities(event: Event, decision: DecidedCapacities): Event {
  if (event.status === 'CANCELLED') return event;
  const ticketTypes = event.ticketTypes.map((ticketType) => settled(ticketType, decision));
  const changed = ticketTypes.some((ticketType, i) => ticketType !== event.ticketTypes[i]);
  return changed ? { ...event, ticketTypes, version: event.version + 1 } : event;
}

function settled(ticketType: TicketType, decision: DecidedCapacities): TicketType {
  const { id, capacityChange } = ticketType;
  if (capacityChange?.status !== 'PENDING' || decision.eventVersion < capacityChange.eventVersion)
    return ticketType;
  const inForce = decision.ticketTypes.find(({ ticketTypeId }) => ticketTypeId === id)?.capacity;
  if (inForce === undefined) return ticketType;
  const decidedAt = new Date(decision.decidedAt);
  if (inForce === capacityChange.requested) {
    return { ...ticketType, capacityChange: { ...capacityChange, status: 'APPLIED', decidedAt } };
  }
  const refusal = decision.refused.find(({ ticketTypeId }) => ticketTypeId === id);
  return {
    ...ticketType,
    capacity: inForce,
    capacityChange: {
      ...capacityChange,
      status: 'REFUSED',
      inForce,
      ...(refusal ? { committed: refusal.committed } : {}),
      decidedAt,
    },
  };
}
