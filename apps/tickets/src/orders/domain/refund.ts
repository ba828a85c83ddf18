import { Failure, type Money } from '#kernel';

/**
 * PLANNED: its tickets are being voided, which comes before any money moves. REQUESTED: payments carries it out.
 * FAILED: the provider refuses; members may try again. NEEDLESS: nothing had been taken, and nothing will be.
 */
export type RefundStatus = 'PLANNED' | 'REQUESTED' | 'PAID' | 'FAILED' | 'NEEDLESS';

/** Money that goes back to the buyer. Payments carries each out once, by its id. */
export interface Refund {
  readonly refundId: string;
  readonly amount: Money;
  readonly status: RefundStatus;
  readonly plannedAt: Date;
  /** Stable code of the provider's refusal. */
  readonly failureCode?: string;
}

/** EVENT_MOVED: the buyer took the refund offer. ORGANIZER: a member gave the money back. */
export type RefundReason = 'EVENT_CANCELLED' | 'EVENT_MOVED' | 'ORGANIZER';

/** Until when a buyer may give an order back, and why. */
export interface RefundOffer {
  readonly until: Date;
  readonly reason: 'EVENT_MOVED';
}

/** The order is not among those whose buyers may give them back, or the time for that is over. */
export class NoRefundOffer extends Failure {
  readonly code = 'NO_REFUND_OFFER';
}
