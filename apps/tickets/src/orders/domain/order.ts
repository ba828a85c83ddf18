import type { OrderState } from '#contracts';
import { Failure, type Money } from '#kernel';
import type { QuotedLine } from '../../inventory/domain/cart.ts';
import type { Refund, RefundReason } from './refund.ts';

/** A buyer's commitment, made from one hold. What it charges is what the hold quoted. */
export interface Order {
  readonly id: string;
  readonly version: number;
  readonly state: OrderState;
  readonly holdId: string;
  readonly idempotencyKey: string;
  readonly eventId: string;
  readonly organizationId: string;
  readonly buyerId: string;
  /** The buyer's name when the order was placed: the first holder of its tickets. */
  readonly buyerName: string;
  readonly lines: readonly QuotedLine[];
  readonly total: Money;
  readonly placedAt: Date;
  readonly payBy: Date;
  /** Until when Redis keeps the units for it: later than `payBy`. */
  readonly reservedUntil: Date;
  /** When somebody must look at the order again; undefined once nothing is left to do. */
  readonly driveAt?: Date;
  /** Until when, by MongoDB's clock, its claim (or, when it is undone, the return of its units) may succeed. */
  readonly claimDeadline?: Date;
  /** The payment was captured; it may be known before the order is ready to issue. */
  readonly captured?: boolean;
  /** Units sold of the whole event right after this order's were. */
  readonly unitsSoldAfter?: number;
  /** Why it ended without tickets, or gave them back. */
  readonly reason?: CancellationReason | RefundReason;
  /** What a member said about giving the money back. */
  readonly note?: string;
  /** Money that goes back to the buyer. None for a free order, or one that was never taken back. */
  readonly refunds?: readonly Refund[];
  /** Since when the provider refuses a refund; undefined when none is refused. */
  readonly refundFailedAt?: Date;
  /** It had been completed when it began to be taken back: its units had been told as sold. */
  readonly wasCompleted?: boolean;
}

/** PAYMENT_FAILED: the provider did not give the money after all, though the units were the buyer's already. */
export type CancellationReason = 'UNITS_GONE' | 'LIMIT_EXCEEDED' | 'PAYMENT_FAILED' | 'EVENT_CANCELLED';

export class IdempotencyKeyReused extends Failure {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';

  constructor() {
    super('This idempotency key was used before with another hold: choose a new key for a new order.');
  }
}

/** An attempt at a claim lives this long; a crash is healed this soon. */
export const CLAIM_TIME_MS = 5_000;
/** An order that does not go on by itself is looked at again after this time. */
export const DRIVE_AFTER_MS = 10_000;

export type OrderFactType =
  | 'OrderPlaced'
  | 'OrderConfirmed'
  | 'OrderCompleted'
  | 'OrderExpired'
  | 'OrderCancelled'
  | 'RefundRequested'
  | 'OrderRefunded';

/** A step of an order: its next state, and the fact that tells others (some steps are nobody else's business). */
export interface OrderStep {
  readonly next: Order;
  readonly fact?: OrderFactType;
}

/** The payment is authorized, or the order is free: its units may be claimed. Undefined: too late, or done before. */
export function startClaiming(order: Order, now: Date): OrderStep | undefined {
  if (order.state !== 'AWAITING_PAYMENT') return undefined;
  return {
    next: move(order, 'CLAIMING', attempt(now)),
  };
}

/** The time of an attempt is over with nothing decided: the next attempt gets a time of its own. */
export function renewClaim(order: Order, now: Date): OrderStep | undefined {
  if (order.state !== 'CLAIMING' && order.state !== 'CANCELLING' && order.state !== 'REFUNDING')
    return undefined;
  return {
    next: move(order, order.state, attempt(now)),
  };
}

/** The units are the buyer's for good: the money may be taken. */
export function confirm(order: Order, unitsSoldAfter: number, now: Date): OrderStep | undefined {
  if (order.state !== 'CLAIMING') return undefined;
  return {
    next: move(order, 'CONFIRMED', { unitsSoldAfter, driveAt: after(now, DRIVE_AFTER_MS) }),
    fact: 'OrderConfirmed',
  };
}

export function isPaid(order: Order): boolean {
  return order.total.amount === 0 || order.captured === true;
}

/** Nothing more happens to it by itself: it has its tickets or has ended. One that is paid goes on by itself. */
export function isSettled({ state }: Order): boolean {
  switch (state) {
    case 'COMPLETED':
    case 'EXPIRED':
    case 'CANCELLED':
    case 'PARTIALLY_REFUNDED':
    case 'REFUNDED':
      return true;
    case 'AWAITING_PAYMENT':
    case 'CLAIMING':
    case 'CONFIRMED':
    case 'ISSUING':
    case 'CANCELLING':
    case 'REFUNDING':
      return false;
  }
}

/** Buyers ask for an order again and again until it has its tickets: before this there are none to look for. */
export function mayHaveTickets(state: OrderState): boolean {
  switch (state) {
    case 'ISSUING':
    case 'COMPLETED':
    case 'REFUNDING':
    case 'PARTIALLY_REFUNDED':
    case 'REFUNDED':
      return true;
    case 'AWAITING_PAYMENT':
    case 'CLAIMING':
    case 'CONFIRMED':
    case 'EXPIRED':
    case 'CANCELLING':
    case 'CANCELLED':
      return false;
  }
}

/** The money is taken (or none was asked for): tickets are owed. */
export function startIssuing(order: Order, now: Date): OrderStep | undefined {
  if (order.state !== 'CONFIRMED') return undefined;
  return { next: move(order, 'ISSUING', { captured: true, driveAt: after(now, DRIVE_AFTER_MS) }) };
}

export function complete(order: Order): OrderStep | undefined {
  if (order.state !== 'ISSUING') return undefined;
  return { next: move(order, 'COMPLETED', { driveAt: undefined }), fact: 'OrderCompleted' };
}

/** Nobody paid in time. */
export function expire(order: Order, now: Date): OrderStep | undefined {
  if (order.state !== 'AWAITING_PAYMENT' || now < order.payBy) return undefined;
  return { next: move(order, 'EXPIRED', { driveAt: undefined }), fact: 'OrderExpired' };
}

/** The units cannot be had: everything that was done for the order is undone before it says so. */
export function startCancelling(
  order: Order,
  reason: Exclude<CancellationReason, 'PAYMENT_FAILED'>,
  now: Date,
): OrderStep | undefined {
  if (order.state !== 'CLAIMING') return undefined;
  return { next: move(order, 'CANCELLING', { reason, ...attempt(now) }) };
}

/** The money was not to be had after all: the units, which were claimed, are given back. */
export function failPayment(order: Order, now: Date): OrderStep | undefined {
  if (order.state !== 'CONFIRMED' || isPaid(order)) return undefined;
  return { next: move(order, 'CANCELLING', { reason: 'PAYMENT_FAILED', ...attempt(now) }) };
}

/** The event is cancelled, and nothing was claimed for the order yet. A claim that is under way settles by itself. */
export function callOff(order: Order, now: Date): OrderStep | undefined {
  if (order.state !== 'AWAITING_PAYMENT') return undefined;
  return { next: move(order, 'CANCELLING', { reason: 'EVENT_CANCELLED', ...attempt(now) }) };
}

/** Its units are, or were, among the sold ones. */
export function wasClaimed(order: Order): boolean {
  return order.unitsSoldAfter !== undefined;
}

export function cancel(order: Order): OrderStep | undefined {
  if (order.state !== 'CANCELLING') return undefined;
  return { next: move(order, 'CANCELLED', { driveAt: undefined }), fact: 'OrderCancelled' };
}

/** The order in its next version. */
export function move(order: Order, state: OrderState, change: Partial<Order>): Order {
  return { ...order, ...change, state, version: order.version + 1 };
}

/** The times of one attempt to change the inventory. */
export function attempt(now: Date): Pick<Order, 'claimDeadline' | 'driveAt'> {
  return { claimDeadline: after(now, CLAIM_TIME_MS), driveAt: after(now, DRIVE_AFTER_MS) };
}

export function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}
