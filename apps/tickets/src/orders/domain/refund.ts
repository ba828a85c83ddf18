import { Failure, type Money } from '#kernel';
import type { QuotedLine } from '../../inventory/domain/cart.ts';

/**
 * PLANNED: its tickets are being voided, which comes before any money moves. REQUESTED: payments carries it out.
 * FAILED: the provider refuses, or it was PAID and has come back from the bank; members may try again. NEEDLESS: nothing had been taken, and nothing will be.
 */
export type RefundStatus = 'PLANNED' | 'REQUESTED' | 'PAID' | 'FAILED' | 'NEEDLESS';

/**
 * Money that goes back to the buyer. Payments carries each out once, by its id. Of a door sale it is given back at the
 * door, and PAID as soon as the tickets are void.
 */
export interface Refund {
  readonly refundId: string;
  readonly amount: Money;
  readonly status: RefundStatus;
  readonly plannedAt: Date;
  /** Stable code of the provider: why it refuses, or why the money came back. */
  readonly failureCode?: string;
}

/**
 * Tickets that go out of an order together: they are void first, then their money goes back, then their units are free.
 */
export interface Return {
  readonly ticketIds: readonly string[];
  /** Their units, at the prices that they were charged. */
  readonly lines: readonly QuotedLine[];
  readonly reason: RefundReason;
  /** What a member said about it. */
  readonly note?: string;
  /** When the units were given back; undefined while that is still to come. */
  readonly doneAt?: Date;
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
