import type { QuotedLine } from './cart.ts';

/** The durable taking of an order's units. */
export interface ClaimRequest {
  readonly eventId: string;
  readonly orderId: string;
  readonly lines: readonly QuotedLine[];
  readonly deadline: Date;
}

export type ClaimOutcome =
  | { readonly outcome: 'CLAIMED'; readonly unitsSold: number }
  /** The units cannot be had, and no attempt at this claim will ever succeed. */
  | { readonly outcome: 'REFUSED' }
  /** Neither claimed nor refused for good: try again. */
  | { readonly outcome: 'UNDECIDED' };
