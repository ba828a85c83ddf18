import { isPayable, minorUnitDigits, type Money, money } from '#kernel';

/**
 * Stripe's smallest units, where they are not hundredths: docs.stripe.com/currencies#zero-decimal and the special cases
 * below it, as of 2026-11. ISK and UGX have no decimals any more, but Stripe goes on counting them in hundredths. HUF and
 * TWD are whole in payouts only, which nobody makes here. Of three decimals the last one must be 0: see `isPayable`.
 */
const ZERO_DECIMAL = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '));
const THREE_DECIMAL = new Set('BHD JOD KWD OMR TND'.split(' '));
/** Of these only whole units can be charged. */
const WHOLE_UNITS_ONLY = new Set(['ISK', 'UGX']);

/** Stripe takes at most eight digits. */
const MAX_STRIPE_AMOUNT = 99_999_999;

/**
 * The amount as Stripe counts it; undefined when Stripe cannot charge exactly this much. It is never rounded: what is
 * charged is what was quoted.
 */
export function toStripeAmount(price: Money): number | undefined {
  if (!isPayable(price)) return undefined;
  const { amount, currency } = price;
  const digits = stripeDigits(currency) - minorUnitDigits(currency);
  const counted = digits >= 0 ? amount * 10 ** digits : amount / 10 ** -digits;
  if (!Number.isSafeInteger(counted) || counted > MAX_STRIPE_AMOUNT) return undefined;
  if (WHOLE_UNITS_ONLY.has(currency) && counted % 100 !== 0) return undefined;
  return counted;
}

/** An amount that Stripe has counted, in minor units. @throws when it is of less than one: it was never charged here */
export function fromStripeAmount(counted: number, stripeCurrency: string): Money {
  const currency = stripeCurrency.toUpperCase();
  const digits = stripeDigits(currency) - minorUnitDigits(currency);
  return money(digits >= 0 ? counted / 10 ** digits : counted * 10 ** -digits, currency);
}

function stripeDigits(currency: string): number {
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}
