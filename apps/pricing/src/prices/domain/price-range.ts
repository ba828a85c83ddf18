import type { Money } from '#kernel';
import type { TicketType } from '../../ticket-types/domain/ticket-type.ts';
import { openBook, type PriceBook } from './price-book.ts';

/** The range of the prices of an event, which sells in one currency. */
export interface PriceRange {
  readonly lowest: Money;
  readonly highest: Money;
  readonly demandPriced: boolean;
}

/** Undefined for an event without ticket types. */
export function priceRange(
  ticketTypes: readonly TicketType[],
  books: ReadonlyMap<string, PriceBook>,
): PriceRange | undefined {
  const prices = ticketTypes
    .map((ticketType) => (books.get(ticketType.id) ?? openBook(ticketType)).price)
    .toSorted((a, b) => a.amount - b.amount);
  const [lowest] = prices;
  const highest = prices.at(-1);
  if (!lowest || !highest) return undefined;
  return { lowest, highest, demandPriced: ticketTypes.some(({ policy }) => policy.mode === 'DEMAND') };
}
