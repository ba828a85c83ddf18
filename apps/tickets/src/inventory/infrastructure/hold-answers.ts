import { z } from 'zod';
import { fail, InvalidInput, NotFound, ok, RetryLater, type Result } from '#kernel';
import { SeatingChanged, SeatTaken } from '../../seats/domain/failures.ts';
import { type Limit, LimitExceeded, PriceChanged, SalesClosed, SoldOut } from '../domain/failures.ts';
import { eventIdOfHold, type Hold } from '../domain/hold.ts';
import { parseHold } from './hold-record.ts';
import type { ChosenLine, HoldFailure, HoldRequest } from './hold-request.ts';
import type { ScriptAnswer } from './stock-scripts.ts';

const limitName = z.enum<readonly Limit[]>([
  'maxPerOrder',
  'maxPerAccount',
  'holdsPerVisitor',
  'holdsPerAddress',
]);

/** Of a script that answers with the hold. */
export function toHold([outcome, text]: ScriptAnswer, holdId: string): Result<Hold, NotFound | RetryLater> {
  const eventId = eventIdOfHold(holdId);
  if (!eventId || outcome === 'NOT_FOUND') return fail(new NotFound('hold', holdId));
  if (outcome === 'NOT_LOADED') return fail(new RetryLater('The event is being loaded.'));
  return ok(parseHold(holdId, eventId, String(text)));
}

export function toLimitExceeded([, limit, max, ticketTypeId]: ScriptAnswer): LimitExceeded {
  return new LimitExceeded(limitName.parse(limit), Number(max), String(ticketTypeId) || undefined);
}

/** Of the script `hold`. */
export function toHoldResult(
  answer: ScriptAnswer,
  { eventId, holdId, lines }: HoldRequest,
): Result<Hold, HoldFailure> {
  const [outcome, first, second, third] = answer;
  switch (outcome) {
    case 'OK':
      return ok(parseHold(holdId, eventId, String(first)));
    case 'SOLD_OUT':
      return fail(new SoldOut(String(first), Number(second)));
    case 'SEAT_TAKEN':
      return fail(new SeatTaken(seatIdsAt(lines, JSON.parse(String(first)))));
    case 'SEATING_CHANGED':
      return fail(new SeatingChanged());
    case 'PRICE_CHANGED':
      return fail(new PriceChanged({ amount: Number(first), currency: String(second) }));
    case 'LIMIT_EXCEEDED':
      return fail(toLimitExceeded(answer));
    case 'SALES_CLOSED':
      return fail(new SalesClosed(instantOf(first), instantOf(second), String(third) || undefined));
    case 'WRONG_CURRENCY':
      return fail(
        new InvalidInput('maxTotal.currency', `maxTotal.currency: the event sells in ${String(first)}`),
      );
    case 'UNKNOWN_TICKET_TYPE':
      return fail(new NotFound('ticket type', String(first)));
    case 'NOT_LOADED':
      return fail(new RetryLater('The event is being loaded.'));
    default:
      throw new Error(`the hold script answered ${outcome}`);
  }
}

function instantOf(text: string | number | undefined): Date | undefined {
  return text === undefined || text === '' ? undefined : new Date(Number(text));
}

function seatIdsAt(lines: readonly ChosenLine[], places: unknown): string[] {
  const lost = new Set(Array.isArray(places) ? places : []);
  const seats = lines.flatMap((line) => line.seats ?? []);
  return seats.filter(({ at }) => lost.has(at)).map(({ seatId }) => seatId);
}
