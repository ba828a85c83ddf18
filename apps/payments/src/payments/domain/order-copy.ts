import type { OrderState } from '#contracts';

/** What payments needs to know of an order, as far as `tickets` has said so. */
export interface OrderCopy {
  readonly orderId: string;
  readonly organizationId: string;
  readonly state: OrderState;
  /** Of the order, at its owner. */
  readonly version: number;
}

/** What an order's state says about the money that is authorized for it. */
export type Verdict = 'WAIT' | 'TAKE' | 'RELEASE';

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
    case 'CANCELLING':
    case 'CANCELLED':
      return 'RELEASE';
    // Only a completed order comes here, and none completes before its money is taken. What is given back is a
    // refund's matter, after the taking.
    case 'REFUNDING':
    case 'PARTIALLY_REFUNDED':
    case 'REFUNDED':
      return 'TAKE';
  }
}
