import type { Money } from '#kernel';

/** What an account of the ledger comes to in one currency, in the platform's view: what was taken, less what was paid back. */
export interface Balance {
  readonly captured: Money;
  readonly refunded: Money;
  readonly balance: Money;
}

/** Of what was booked, in minor units. Both are positive, on whichever side of a transaction the account stands. */
export function balanceOf(currency: string, captured: number, refunded: number): Balance {
  const money = (amount: number): Money => ({ amount, currency });
  return { captured: money(captured), refunded: money(refunded), balance: money(captured - refunded) };
}
