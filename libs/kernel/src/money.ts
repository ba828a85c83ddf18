/** An amount in minor units (cents, pence, yen) of an ISO 4217 currency. Always an integer; never a float. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** Largest amount a single price, line or order may have, in minor units: far inside Number.MAX_SAFE_INTEGER. */
export const MAX_AMOUNT = 100_000_000_000;

export function money(amount: number, currency: string): Money {
  if (!Number.isSafeInteger(amount))
    throw new RangeError(`amount must be an integer of minor units, not ${amount}`);
  return { amount, currency };
}

const digitsOf = new Map<string, number>();

/**
 * Digits behind the decimal point of a currency, from the runtime's CLDR data: 2 for EUR, 0 for JPY, 3 for KWD.
 * Remembered, since a formatter costs far more to make than a price costs to find. @throws RangeError on no code at all
 */
export function minorUnitDigits(currency: string): number {
  const known = digitsOf.get(currency);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  digitsOf.set(currency, digits);
  return digits;
}

/**
 * What can be charged and paid back is a multiple of so many minor units. Of a currency with three decimals (BHD, JOD,
 * KWD, LYD, OMR, TND) it is 10, since card networks know two of them: 5.124 dinars are refused by providers, as a charge
 * and as a refund (docs.stripe.com/currencies#three-decimal). Sums and multiples of prices that keep to it keep to it, too.
 */
export function smallestPayment(currency: string): number {
  return 10 ** Math.max(0, minorUnitDigits(currency) - 2);
}

export function isPayable({ amount, currency }: Money): boolean {
  return amount % smallestPayment(currency) === 0;
}

const currencies = new Set(Intl.supportedValuesOf('currency'));

export function isCurrency(code: string): boolean {
  return currencies.has(code);
}

/** `{amount: 1050, currency: 'EUR'}` → `EUR 10.50`. */
export function formatMoney({ amount, currency }: Money): string {
  const digits = minorUnitDigits(currency);
  return `${currency} ${(amount / 10 ** digits).toFixed(digits)}`;
}
