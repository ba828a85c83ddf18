import type { QuotedLine } from './cart.ts';

/** The durable taking of an order's units. */
export interface ClaimRequest {
  readonly eventId: string;
  readonly orderId: string;
  readonly lines: readonly QuotedLine[];
  readonly deadline: Date;
}

/** Units of an order that go back to the pools. */
export interface ReturnRequest extends ClaimRequest {
  /** 0 for an order's first return, which may be of all its units. */
  readonly index: number;
  /** None of the order's units is sold any more. */
  readonly endsOrder: boolean;
}

export type ClaimOutcome =
  | { readonly outcome: 'CLAIMED'; readonly unitsSold: number }
  /** The units cannot be had, and no attempt at this claim will ever succeed. */
  | { readonly outcome: 'REFUSED' }
  /** Neither claimed nor refused for good: try again. */
  | { readonly outcome: 'UNDECIDED' };

/** Whether units are back in the pools. RETURNED_BEFORE: an earlier attempt had done it. */
export type ReturnOutcome = 'RETURNED' | 'RETURNED_BEFORE' | 'UNDECIDED';
