import type { OrderState } from '#contracts';
import type { Money } from '#kernel';

/** What payments needs to know of an order, as far as `tickets` has said so. */
export interface OrderCopy {
  readonly orderId: string;
  readonly organizationId: string;
  readonly state: OrderState;
  /** Of the order, at its owner. */
  readonly version: number;
  /** What is to be paid back, each once. */
  readonly refunds?: readonly RequestedRefund[];
}

export interface RequestedRefund {
  readonly refundId: string;
  readonly amount: Money;
}

/**
 * What an order's state says about the money of its payment. LAPSE: it may be paid no more, but an authorization that came
 * too late waits: `tickets` may have the units again (CONFIRMED) or not (CANCELLED). GIVE_BACK: what is only authorized is
 * released, what is taken is refunded as the order asks.
 */
export type Verdict = 'WAIT' | 'LAPSE' | 'TAKE' | 'RELEASE' | 'GIVE_BACK';

export function verdictOf(state: OrderState): Verdict {
  switch (state) {
    case 'AWAITING_PAYMENT':
    case 'CLAIMING':
      return 'WAIT';
    case 'CONFIRMED':
    case 'ISSUING':
    case 'COMPLETED':
      return 'TAKE';
    case 'EXPIRED':
      return 'LAPSE';
    case 'CANCELLING':
    case 'CANCELLED':
      return 'RELEASE';
    // A completed order comes here, whose money was taken before, or a confirmed one, whose money may yet be taken.
    case 'REFUNDING':
    case 'PARTIALLY_REFUNDED':
    case 'REFUNDED':
      return 'GIVE_BACK';
  }
}
