import { isDeepStrictEqual } from 'node:util';
import { Failure } from '#kernel';
import type { Event } from './event.ts';
import { saleHasBegun, salesHaveBegun } from './sale-windows.ts';
import type { TicketType } from './ticket-type.ts';

/** Tickets are being sold under the terms that the field states: it may not change any more, or not in this direction. */
export class FieldLocked extends Failure {
  readonly code = 'FIELD_LOCKED';

  constructor(
    /** Its path from the command's own arguments, e.g. `ticketTypes.0.maxPerOrder`. */
    readonly field: string,
    rule: string,
  ) {
    super(`${field}: ${rule}`);
  }
}

interface Lock<T> {
  readonly field: string;
  /** What may not be done, and what to do instead. */
  readonly rule: string;
  readonly broken: (before: T, after: T) => boolean;
}

const MOVE_INSTEAD =
  'cannot change once sales have begun; `moveEvent` moves date and place and offers refunds';

/** What buyers were promised of the event. What is not named here may always change. */
const EVENT_LOCKS: readonly Lock<Event>[] = [
  { field: 'startsAt', rule: MOVE_INSTEAD, broken: differ(({ startsAt }) => startsAt) },
  { field: 'endsAt', rule: MOVE_INSTEAD, broken: differ(({ endsAt }) => endsAt) },
  { field: 'venueId', rule: MOVE_INSTEAD, broken: differ(({ venue }) => venue?.id) },
  {
    field: 'salesStartAt',
    rule: 'cannot change once sales have begun',
    broken: differ(({ salesStartAt }) => salesStartAt),
  },
  {
    field: 'maxPerAccount',
    rule: 'can only be raised once sales have begun: some accounts may own that many already',
    broken: (before, after) => after.maxPerAccount < before.maxPerAccount,
  },
  {
    field: 'ticketTypes',
    rule: 'may be added but not removed once sales have begun; to stop selling one, set its `salesEndAt`',
    broken: (before, after) => before.ticketTypes.some(({ id }) => !byId(after, id)),
  },
];

/**
 * What buyers were promised of a ticket type. Its price and pricing policy may change: they count for holds that are
 * made from then on, and a hold is charged what it quoted. Its capacity may be wished for: `tickets` decides.
 */
const TICKET_TYPE_LOCKS: readonly Lock<TicketType>[] = [
  {
    field: 'name',
    rule: 'cannot change once sales have begun: it stands on tickets; its `description` can',
    broken: differ(({ name }) => name),
  },
  {
    field: 'basePrice.currency',
    rule: 'cannot change once sales have begun: sales are counted in it',
    broken: differ(({ basePrice }) => basePrice.currency),
  },
  {
    field: 'sectionIds',
    rule: 'cannot change once sales have begun: their seats are being sold',
    broken: differ(({ sectionIds }) => sectionIds),
  },
  {
    field: 'maxPerOrder',
    rule: 'can only be raised once sales have begun',
    broken: (before, after) => after.maxPerOrder < before.maxPerOrder,
  },
  {
    field: 'maxPerAccount',
    rule: 'can only be raised or lifted once sales have begun: some accounts may own that many already',
    broken: (before, after) => limit(after.maxPerAccount) < limit(before.maxPerAccount),
  },
];

/** The first field that a change of an event touches although it is locked; undefined when all of it is permitted. */
export function firstLocked(before: Event, after: Event, now: Date): FieldLocked | undefined {
  if (!salesHaveBegun(before, now)) return undefined;
  const lock = EVENT_LOCKS.find(({ broken }) => broken(before, after));
  if (lock) return new FieldLocked(lock.field, lock.rule);
  for (const [index, changed] of after.ticketTypes.entries()) {
    const known = byId(before, changed.id);
    const refused = known && lockedIn(known, changed, saleHasBegun(before, known, now));
    if (refused) return new FieldLocked(`ticketTypes.${index}.${refused.field}`, refused.rule);
  }
  return undefined;
}

/** A ticket type that goes on sale later than the others may still be given another start. */
const OWN_START: Lock<TicketType> = {
  field: 'salesStartAt',
  rule: 'cannot change once its sale has begun',
  broken: differ(({ salesStartAt }) => salesStartAt),
};

function lockedIn(
  before: TicketType,
  after: TicketType,
  itsSaleHasBegun: boolean,
): Lock<TicketType> | undefined {
  const locks = itsSaleHasBegun ? [...TICKET_TYPE_LOCKS, OWN_START] : TICKET_TYPE_LOCKS;
  return locks.find(({ broken }) => broken(before, after));
}

function differ<T>(valueOf: (one: T) => unknown): (before: T, after: T) => boolean {
  return (before, after) => !isDeepStrictEqual(valueOf(before), valueOf(after));
}

function byId({ ticketTypes }: Event, wanted: string): TicketType | undefined {
  return ticketTypes.find(({ id }) => id === wanted);
}

function limit(units: number | undefined): number {
  return units ?? Number.POSITIVE_INFINITY;
}
