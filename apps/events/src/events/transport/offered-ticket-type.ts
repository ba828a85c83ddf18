import type { Event } from '../domain/event.ts';
import type { TicketType } from '../domain/ticket-type.ts';

/** A ticket type beside the event that sells it, so that the graph can go from one to the other without a query. */
export type OfferedTicketType = TicketType & { readonly event: Event };

export function offered(ticketType: TicketType, event: Event): OfferedTicketType {
  return { ...ticketType, event };
}
