import type { Event } from './event.ts';
import type { TicketType } from './ticket-type.ts';

/**
 * Sales count as begun this long before the first window opens: longer than a fact takes to whoever sells, so that
 * nobody buys under terms that were changed just before.
 */
export const BEGUN_BEFORE_MS = 60_000;

/** When a ticket type goes on sale: at its own time, or with the event. Unset for a draft that sells from publication. */
function saleStartOf(event: Event, ticketType: TicketType): Date | undefined {
  return ticketType.salesStartAt ?? event.salesStartAt;
}

/** Whether the first of the event's ticket types is on sale, or about to be. */
export function salesHaveBegun(event: Event, now: Date): boolean {
  if (event.status === 'DRAFT') return false;
  const starts = event.ticketTypes.map((ticketType) => saleStartOf(event, ticketType));
  return [...starts, ...(starts.length > 0 ? [] : [event.salesStartAt])].some((start) =>
    hasBegun(start, now),
  );
}

/** Whether this ticket type is on sale, or about to be. */
export function saleHasBegun(event: Event, ticketType: TicketType, now: Date): boolean {
  return event.status !== 'DRAFT' && hasBegun(saleStartOf(event, ticketType), now);
}

function hasBegun(start: Date | undefined, now: Date): boolean {
  return start !== undefined && now.getTime() >= start.getTime() - BEGUN_BEFORE_MS;
}
