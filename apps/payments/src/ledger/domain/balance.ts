import type { Money } from '#kernel';

/**
 * What an account of the ledger comes to in one currency, in the platform's view: what was taken, less what was paid back
 * and what banks have taken again in disputes.
 */
export interface Balance {
  readonly captured: Money;
  readonly refunded: Money;
  readonly disputed: Money;
  readonly balance: Money;
}

/** What was booked, in minor units. All are positive, on whichever side of a transaction the account stands. */
export interface Booked {
  readonly captured: number;
  readonly refunded: number;
  readonly disputed: number;
}

export function balanceOf(currency: string, { captured, refunded, disputed }: Booked): Balance {
  const money = (amount: number): Money => ({ amount, currency });
  return {
    captured: money(captured),
    refunded: money(refunded),
    disputed: money(disputed),
    balance: money(captured - refunded - disputed),
  };
}
