/** All of the demo's prices are in this currency, of two decimals. */
export const CURRENCY = 'EUR';

export function euros(minorUnits: number): string {
  return `${CURRENCY} ${(minorUnits / 100).toFixed(2)}`;
}
