import { MAX_AMOUNT } from '#kernel';
import { type Demand, netUnitsSold } from '../../demand/domain/demand.ts';
import { limitsOf, type TicketType } from '../../ticket-types/domain/ticket-type.ts';
import { remainingShare } from './booking-curve.ts';
import { posteriorPotential, priorOf } from './demand-estimate.ts';
import { revenueMaximisingPrice } from './gallego-van-ryzin.ts';
import { guarded } from './guards.ts';
import { exposureAt, type PriceBasis, type PriceBook, type PriceChange } from './price-book.ts';
import { pricePointOf } from './price-points.ts';

/** What a look at a ticket type's price comes to. */
export type Review =
  /** The price will not move, whatever the demand: fixed, free, cancelled, or not within its sale window. */
  | { readonly outcome: 'CLOSED' }
  /** The price stays. The book may still have changed: whether there is anything left to sell. */
  | { readonly outcome: 'KEPT'; readonly book: PriceBook }
  | { readonly outcome: 'MOVED'; readonly book: PriceBook; readonly change: PriceChange };

/** Estimates the demand, solves for the price, guards it. Pure: the same inputs give the same price. */
export function review(ticketType: TicketType, demand: Demand, book: PriceBook, now: Date): Review {
  if (!isMovable(ticketType, now)) return { outcome: 'CLOSED' };
  const prior = priorOf(ticketType.basePrice.amount, ticketType.capacity);
  const unitsSold = netUnitsSold(demand);
  const unitsLeft = Math.max(0, ticketType.capacity - unitsSold);
  const exposure = exposureAt(book, ticketType, prior.sensitivity, now);
  const counted: PriceBook = { ...book, exposure: { total: exposure, until: now, onSale: unitsLeft > 0 } };
  const potential = posteriorPotential(prior, { unitsPaid: unitsSold, exposure });
  const share = remainingShare(ticketType, now);
  const market = { potential: potential * share, sensitivity: prior.sensitivity };
  // With nothing left to sell there is no price to aim at. The limits still hold: units may come back.
  const target = unitsLeft > 0 ? revenueMaximisingPrice(unitsLeft, market) : book.price.amount;
  const recommended = Math.min(MAX_AMOUNT, target);
  const { amount, reason } = guarded(recommended, {
    current: book.price.amount,
    since: book.since,
    now,
    cooldownMs: cooldownMsOf(ticketType),
    limits: limitsOf(ticketType),
    pricePoint: pricePointOf(ticketType.basePrice),
  });
  if (amount === book.price.amount) return kept(book, counted);

  const { currency } = book.price;
  const basis: PriceBasis = { unitsLeft, potential, remainingShare: share, exposure };
  const change: PriceChange = {
    version: book.version + 1,
    price: { amount, currency },
    previous: book.price,
    recommended: { amount: Math.round(recommended), currency },
    reason,
    unitsSold,
    changedAt: now,
    basis,
  };
  return { outcome: 'MOVED', book: { ...counted, ...moved(change) }, change };
}

/** While a sale is lively its price is looked at again after so long, in milliseconds. */
const LIVELY_PACE_MS = 5_000;
/** A sale is lively for so long after its last demand. */
const LIVELY_FOR_MS = 10 * 60_000;
/** A sale that has gone quiet is looked at less often: its price has to follow the days, not the minutes. */
const QUIET_PACE_MS = 15 * 60_000;

/** When the price should be looked at again unless demand asks for it earlier: not before its cool-down is over. */
export function nextReviewAt(ticketType: TicketType, demand: Demand, book: PriceBook, now: Date): Date {
  const cooledDownAt = book.since.getTime() + cooldownMsOf(ticketType);
  if (cooledDownAt > now.getTime()) return new Date(cooledDownAt);
  const isLively = now.getTime() - demand.lastDemandAt.getTime() < LIVELY_FOR_MS;
  return new Date(now.getTime() + (isLively ? LIVELY_PACE_MS : QUIET_PACE_MS));
}

function isMovable(
  { policy, basePrice, capacity, cancelled, salesStartAt, salesEndAt }: TicketType,
  now: Date,
): boolean {
  const isDemandPriced = policy.mode === 'DEMAND' && basePrice.amount > 0 && capacity > 0;
  return isDemandPriced && !cancelled && salesStartAt <= now && now < salesEndAt;
}

function cooldownMsOf({ policy }: TicketType): number {
  return policy.mode === 'DEMAND' ? policy.cooldownS * 1_000 : 0;
}

/** While nothing but time has passed the exposure can be counted later as well: the book stays as it was. */
function kept(book: PriceBook, counted: PriceBook): Review {
  const isSame = book.exposure.onSale === counted.exposure.onSale;
  return { outcome: 'KEPT', book: isSame ? book : { ...counted, version: book.version + 1 } };
}

function moved(
  change: PriceChange,
): Pick<PriceBook, 'version' | 'price' | 'since' | 'reason' | 'lastChange'> {
  const { version, price, changedAt, reason } = change;
  return { version, price, since: changedAt, reason, lastChange: change };
}
