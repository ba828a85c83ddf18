import { fail, InvalidInput, ok, type Result, WrongState } from '#kernel';
import type { Venue } from '../../venues/domain/venue.ts';
import { checkedEvent, type Event, type RefundOffer, SEATED_THERE, siteAt } from './event.ts';
import type { EventMove } from './event-input.ts';
import { salesHaveBegun } from './sale-windows.ts';
import type { TicketType } from './ticket-type.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * An event at another time or place. Doors and the ends of sales keep their distance to the start. Once sales have begun
 * whoever ordered before may give the tickets back: see {@link refundOfferFor}. An event that is there and then already
 * comes back as it is, so that repeating a move renews no offer.
 */
export function move(
  event: Event,
  { startsAt, endsAt, refundDays }: EventMove,
  newVenue: Venue | undefined,
  now: Date,
): Result<Event, InvalidInput | WrongState> {
  const { status } = event;
  if (status === 'CANCELLED') return fail(new WrongState(status, 'A cancelled event cannot be moved.'));
  if (event.mode === 'ONLINE' && newVenue) return refuse('venueId', 'an online event has no venue');
  if (event.planId !== undefined && newVenue) return refuse('venueId', SEATED_THERE);
  const movedByMs = startsAt.getTime() - event.startsAt.getTime();
  if (movedByMs === 0 && endsAt.getTime() === event.endsAt.getTime() && !newVenue) return ok(event);
  const isPublic = status === 'PUBLISHED';
  if (isPublic && event.endsAt <= now)
    return fail(new WrongState(status, 'The event is over: make a new one with `duplicateEvent`.'));
  if (isPublic && startsAt <= now) return refuse('startsAt', 'must be in the future');
  const salesEndAt = movedSalesEnd(event, movedByMs, endsAt);
  return checkedEvent({
    ...event,
    version: event.version + 1,
    startsAt,
    endsAt,
    ...(event.doorsOpenAt ? { doorsOpenAt: later(event.doorsOpenAt, movedByMs) } : {}),
    salesEndAt,
    ticketTypes: event.ticketTypes.map((ticketType) => movedWindow(ticketType, movedByMs, salesEndAt)),
    ...(newVenue ? siteAt(newVenue) : {}),
    ...(salesHaveBegun(event, now) ? { refundOffer: refundOfferFor(event, startsAt, refundDays, now) } : {}),
  });
}

/**
 * The newest move's offer counts for all orders before it. It stands for `refundDays`, at most until the event begins,
 * but never shorter than an offer that was made before: what was promised is kept.
 */
function refundOfferFor(
  { refundOffer }: Pick<Event, 'refundOffer'>,
  startsAt: Date,
  refundDays: number,
  now: Date,
): RefundOffer {
  const untilMs = Math.min(now.getTime() + refundDays * DAY_MS, startsAt.getTime());
  return { offeredAt: now, until: new Date(Math.max(untilMs, refundOffer?.until.getTime() ?? 0)) };
}

function movedSalesEnd({ salesEndAt, endsAt }: Event, movedByMs: number, newEnd: Date): Date {
  if (salesEndAt.getTime() === endsAt.getTime()) return newEnd;
  return earlier(later(salesEndAt, movedByMs), newEnd);
}

function movedWindow(ticketType: TicketType, movedByMs: number, eventSalesEnd: Date): TicketType {
  const { salesEndAt } = ticketType;
  return salesEndAt
    ? { ...ticketType, salesEndAt: earlier(later(salesEndAt, movedByMs), eventSalesEnd) }
    : ticketType;
}

function later(instant: Date, byMs: number): Date {
  return new Date(instant.getTime() + byMs);
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}

function refuse(field: string, message: string): Result<never, InvalidInput> {
  return fail(new InvalidInput(field, `${field}: ${message}`));
}
