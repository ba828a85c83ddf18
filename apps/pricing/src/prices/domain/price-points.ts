import { minorUnitDigits, type Money, smallestPayment } from '#kernel';

/** A price point may be at most this share of the base price, or a 5 % step could be too short to reach the next one. */
const LARGEST_SHARE_OF_BASE_PRICE = 0.025;

/**
 * The distance between the prices that are published, in minor units: half a main unit (EUR 0.50), a tenth of one for
 * cheap tickets, else the smallest that can be paid: a single minor unit in most currencies. Currencies without minor
 * units count in ones.
 */
export function pricePointOf(basePrice: Money): number {
  const mainUnit = 10 ** minorUnitDigits(basePrice.currency);
  const points = [mainUnit / 2, mainUnit / 10].filter((point) => Number.isInteger(point));
  return (
    points.find((point) => point <= basePrice.amount * LARGEST_SHARE_OF_BASE_PRICE) ??
    smallestPayment(basePrice.currency)
  );
}
