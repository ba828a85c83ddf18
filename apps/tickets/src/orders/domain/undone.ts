import type { OrderState } from '#contracts';
import type { Order } from './order.ts';

/** How many orders of a cancelled event have come how far. */
export interface UndoneCounts {
  /** Not touched yet, or on their way. */
  readonly open: number;
  readonly cancelled: number;
  /** Their money is on its way back, the failed ones included. */
  readonly refunding: number;
  readonly refunded: number;
  /** Of the refunding: those whose refund the provider refuses. */
  readonly failed: number;
}

export function noneUndone(failed = 0): UndoneCounts {
  return { open: 0, cancelled: 0, refunding: 0, refunded: 0, failed };
}

/** Undefined for an order that the cancellation does not concern: it had ended before. */
export function kindOfUndone(
  state: OrderState,
  reason: Order['reason'],
): Exclude<keyof UndoneCounts, 'failed'> | undefined {
  switch (state) {
    case 'AWAITING_PAYMENT':
    case 'CLAIMING':
    case 'CONFIRMED':
    case 'ISSUING':
    case 'COMPLETED':
    case 'CANCELLING':
    case 'PARTIALLY_REFUNDED':
      return 'open';
    case 'CANCELLED':
      return reason === 'EVENT_CANCELLED' ? 'cancelled' : undefined;
    case 'REFUNDING':
      return 'refunding';
    case 'REFUNDED':
      return reason === 'EVENT_CANCELLED' ? 'refunded' : undefined;
    case 'EXPIRED':
      return undefined;
  }
}
