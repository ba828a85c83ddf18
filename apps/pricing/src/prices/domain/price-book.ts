import type { PriceReason } from '#contracts';
import type { Money } from '#kernel';
import { limitsOf, type TicketType } from '../../ticket-types/domain/ticket-type.ts';
import { shareBetween } from './booking-curve.ts';
import { purchaseProbability } from './demand-estimate.ts';

/** One published change of a price, with what it was decided on. */
export interface PriceChange {
  /** Version of the price book that the change made, and of the fact that told of it. */
  readonly version: number;
  readonly price: Money;
  readonly previous: Money;
  /** What the engine would have set without its guards. */
  readonly recommended: Money;
  readonly reason: PriceReason;
  readonly unitsSold: number;
  readonly changedAt: Date;
  readonly basis: PriceBasis;
}

/** What the engine believed when it decided, for whoever asks why. */
export interface PriceBasis {
  readonly unitsLeft: number;
  /** Estimate of a: buyers over the whole sale, whatever the price. */
  readonly potential: number;
  readonly remainingShare: number;
  readonly exposure: number;
}

/**
 * Σ e^(−αp)·g(s)·Δs up to an instant, and whether it goes on growing: while all units are sold nobody can buy, so the
 * absence of sales says nothing about demand.
 */
export interface Exposure {
  readonly total: number;
  readonly until: Date;
  readonly onSale: boolean;
}

/** The price of a ticket type. Version 0 is the base price, which needs no document. */
export interface PriceBook {
  readonly ticketTypeId: string;
  readonly eventId: string;
  readonly version: number;
  readonly price: Money;
  readonly since: Date;
  readonly reason: PriceReason;
  readonly exposure: Exposure;
  /** Also the newest entry of the price history. */
  readonly lastChange?: PriceChange;
}

/** The book of a ticket type whose price has never moved. */
export function openBook(ticketType: TicketType): PriceBook {
  return {
    ticketTypeId: ticketType.id,
    eventId: ticketType.eventId,
    version: 0,
    price: ticketType.basePrice,
    since: ticketType.publishedAt,
    reason: 'BASE_PRICE',
    exposure: { total: 0, until: ticketType.salesStartAt, onSale: true },
  };
}

/** The exposure up to `now`, at the price that has been in force since it was last counted. */
export function exposureAt(book: PriceBook, ticketType: TicketType, sensitivity: number, now: Date): number {
  const { total, until, onSale } = book.exposure;
  if (!onSale) return total;
  return total + purchaseProbability(book.price.amount, sensitivity) * shareBetween(ticketType, until, now);
}

/** What is shown of a price: to buyers, but for its limits. */
export interface CurrentPrice {
  /** Whose members are shown its limits. */
  readonly organizationId: string;
  readonly current: Money;
  readonly floor: Money;
  readonly ceiling: Money;
  readonly since: Date;
  readonly reason: PriceReason;
}

export function currentPrice(ticketType: TicketType, book: PriceBook = openBook(ticketType)): CurrentPrice {
  const { floor, ceiling } = limitsOf(ticketType);
  const { currency } = ticketType.basePrice;
  return {
    organizationId: ticketType.organizationId,
    current: book.price,
    floor: { amount: floor, currency },
    ceiling: { amount: ceiling, currency },
    since: book.since,
    reason: book.reason,
  };
}
