import type { Money } from '#kernel';

/** The buyer's bank has taken the money of a payment from the provider; when the dispute is won, it gives it again. */
export interface Dispute {
  /** The provider's. */
  readonly disputeId: string;
  readonly amount: Money;
  readonly isReinstated: boolean;
}
