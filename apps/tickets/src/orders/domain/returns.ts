import { type Money, ticketIdOf } from '#kernel';
import type { QuotedLine } from '../../inventory/domain/cart.ts';
import type { Seat } from '../../seats/domain/seat.ts';
import type { Order } from './order.ts';
import type { Return } from './refund.ts';

/** A ticket of an order, known by the order alone: also before it is issued. */
interface OrderedTicket {
  readonly ticketId: string;
  readonly line: QuotedLine;
  /** Undefined for a unit of a pool. */
  readonly seat: Seat | undefined;
}

/** In the order in which `ticketsOf` issues them. */
function orderedTickets({ id, lines }: Pick<Order, 'id' | 'lines'>): OrderedTicket[] {
  return lines
    .flatMap((line) =>
      Array.from({ length: line.quantity }, (_, unit) => ({ line, seat: line.seats?.[unit] })),
    )
    .map((unit, index) => ({ ticketId: ticketIdOf(id, index), ...unit }));
}

/** Of the given ids, those of no ticket of the order. */
export function strangeTickets(order: Order, ticketIds: readonly string[]): string[] {
  const own = new Set(orderedTickets(order).map(({ ticketId }) => ticketId));
  return ticketIds.filter((id) => !own.has(id));
}

/**
 * The wanted tickets (without a wish: all) that are not taken back yet, with their units at the prices that they were
 * charged. Undefined when none is left.
 */
export function whatIsLeft(
  order: Order,
  wanted?: readonly string[],
): Pick<Return, 'ticketIds' | 'lines'> | undefined {
  const taken = takenBack(order);
  const isWanted = wanted ? new Set(wanted) : undefined;
  const left = orderedTickets(order).filter(
    ({ ticketId }) => !taken.has(ticketId) && (isWanted?.has(ticketId) ?? true),
  );
  if (left.length === 0) return undefined;
  const lines = order.lines
    .map((line) => {
      const units = left.filter((ticket) => ticket.line === line);
      const seats = units.flatMap(({ seat }) => seat ?? []);
      return { ...line, quantity: units.length, ...(line.seats ? { seats } : {}) };
    })
    .filter(({ quantity }) => quantity > 0);
  return { ticketIds: left.map(({ ticketId }) => ticketId), lines };
}

/** What the units were charged. */
export function priceOf(lines: readonly QuotedLine[], { currency }: Money): Money {
  return { amount: lines.reduce((sum, line) => sum + line.quantity * line.unitPrice.amount, 0), currency };
}

/** An order that began to be taken back before single tickets could be has none written down: all of it goes. */
export function returnsOf(order: Order): readonly Return[] {
  if (order.returns) return order.returns;
  if (order.state !== 'REFUNDING' && order.state !== 'REFUNDED') return [];
  const ticketIds = orderedTickets(order).map(({ ticketId }) => ticketId);
  return [{ ticketIds, lines: order.lines, reason: 'ORGANIZER' }];
}

/** Those whose units are still to be given back, with the number that each has in the order. */
export function openReturns(order: Order): (Return & { readonly index: number })[] {
  return returnsOf(order)
    .map((one, index) => ({ ...one, index }))
    .filter(({ doneAt }) => !doneAt);
}

/** With this return (and those before it) nothing of the order is left. Whatever comes later, the answer is the same. */
export function endsOrder(order: Order, index: number): boolean {
  const taken = returnsOf(order)
    .slice(0, index + 1)
    .reduce((sum, { ticketIds }) => sum + ticketIds.length, 0);
  return taken === orderedTickets(order).length;
}

function takenBack(order: Order): Set<string> {
  return new Set(returnsOf(order).flatMap(({ ticketIds }) => ticketIds));
}
