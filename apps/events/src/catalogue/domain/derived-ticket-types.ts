import type { Money } from '#kernel';
import type { SaleCurrency } from './currencies.ts';
import type { Draws } from './draws.ts';

/** What the rule gives to the same checks that an organizer's input goes through. */
export interface DerivedTicketType {
  readonly name: string;
  readonly basePrice: Money;
  readonly pricing?: { readonly floor: Money; readonly ceiling: Money };
  readonly capacity: number;
}

/** Sections of a plan that are sold at one price. */
export interface SectionGroup {
  readonly name: string;
  /** Seats that can be sold. */
  readonly seats: number;
}

/** Fewer units than this are not worth splitting. */
const SPLIT_FROM_UNITS = 60;
const REGULAR_PRICE_EUR = { lowest: 40, highest: 900 };
const EARLY_BIRD = { shareOfUnits: 0.2, shareOfPrice: 0.75 };
const VIP = { shareOfUnits: 0.05, shareOfPrice: 2, likelihood: 0.5 };
/** What a group of sections costs of the price of the group before it. */
const FARTHER_PRICE = 0.75;
const DEMAND = { likelihood: 1 / 3, floor: 0.7, ceiling: 1.8 };

/**
 * The seeded rule for what the source does not have:
 * - the regular price lies between EUR 40 and 900 (evenly on a logarithmic scale: cheap events are the more frequent),
 *   at the event's currency, to two significant digits;
 * - a fifth of the units are sold as Early bird for three quarters of it; for every second event a twentieth as VIP for
 *   twice as much; below 60 units there is only Regular;
 * - every third event is priced by demand, between 70 % and 180 % of each base price.
 */
export function derivedTicketTypes(units: number, currency: SaleCurrency, draws: Draws): DerivedTicketType[] {
  const regular = regularPrice(currency, draws);
  const offer = offersIn(currency, draws);
  if (units < SPLIT_FROM_UNITS) return [offer('Regular', regular, units)];
  const early = Math.floor(units * EARLY_BIRD.shareOfUnits);
  const vip = draws('vip') < VIP.likelihood ? Math.floor(units * VIP.shareOfUnits) : 0;
  return [
    offer('Early bird', roundPrice(regular * EARLY_BIRD.shareOfPrice), early),
    offer('Regular', regular, units - early - vip),
    ...(vip > 0 ? [offer('VIP', roundPrice(regular * VIP.shareOfPrice), vip)] : []),
  ];
}

/**
 * The rule for an event that is sold by seats: a ticket type for each group of sections. The group nearest the stage costs
 * the regular price, the next three quarters of it, and so on; the more of them, the cheaper the last.
 */
export function derivedSeatedTicketTypes(
  groups: readonly SectionGroup[],
  currency: SaleCurrency,
  draws: Draws,
): DerivedTicketType[] {
  const regular = regularPrice(currency, draws);
  const offer = offersIn(currency, draws);
  return groups.map(({ name, seats }, i) => offer(name, roundPrice(regular * FARTHER_PRICE ** i), seats));
}

function regularPrice(currency: SaleCurrency, draws: Draws): number {
  const { lowest, highest } = REGULAR_PRICE_EUR;
  return roundPrice(lowest * (highest / lowest) ** draws('price') * currency.perEuro);
}

/** Makes the ticket types of one event, all of them priced by demand or none. */
function offersIn(currency: SaleCurrency, draws: Draws) {
  const byDemand = draws('demand') < DEMAND.likelihood;
  return (name: string, price: number, capacity: number): DerivedTicketType => ({
    name,
    basePrice: inMinorUnits(price, currency),
    ...(byDemand
      ? {
          pricing: {
            floor: inMinorUnits(roundPrice(price * DEMAND.floor), currency),
            ceiling: inMinorUnits(roundPrice(price * DEMAND.ceiling), currency),
          },
        }
      : {}),
    capacity,
  });
}

/** To two significant digits, halves upwards, and whole units of the currency: 187.3 → 190. It keeps the order of prices. */
function roundPrice(price: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(price)) - 1);
  return Math.max(1, Math.round(price / step) * step);
}

function inMinorUnits(price: number, { code, minorUnitDigits }: SaleCurrency): Money {
  return { amount: price * 10 ** minorUnitDigits, currency: code };
}
