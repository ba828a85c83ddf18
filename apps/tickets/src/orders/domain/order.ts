import type { OrderState, SalesChannel } from '#contracts';
import { Failure, type Money } from '#kernel';
import type { QuotedLine } from '../../inventory/domain/cart.ts';
import type { Refund, RefundReason, Return } from './refund.ts';

/** A buyer's commitment, made from one hold. What it charges is what the hold quoted. */
export interface Order {
  readonly id: string;
  readonly version: number;
  readonly state: OrderState;
  /** The hold whose units it has: the one it was made from, or, when it was paid late, the one that took them again. */
  readonly holdId: string;
  /** Of an order that was paid late: the hold it was made from. */
  readonly firstHoldId?: string;
  readonly idempotencyKey: string;
  readonly eventId: string;
  readonly organizationId: string;
  /** The account that placed it: the buyer, or the member who issued it from the desk. */
  readonly buyerId: string;
  /** The buyer's name when the order was placed, or the name that a member gave: the first holder of its tickets. */
  readonly buyerName: string;
  /** The address known with that name; undefined when there is none. */
  readonly buyerEmail?: string;
  /** How it came about. Orders that were placed before there were channels have none: ONLINE. */
  readonly channel?: SalesChannel;
  /** Of a door sale: how the money was taken. */
  readonly paidBy?: DoorPayment;
  /** What the member who issued it wrote down. */
  readonly remark?: string;
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
  /**
   * Its payment was authorized (or none was due) after its units were free again: its units are to be taken again, or its
   * money is given free.
   */
  readonly paidLate?: true;
  /** Units sold of the whole event right after this order's were. */
  readonly unitsSoldAfter?: number;
  /** Why it ended without tickets, or gave them back. */
  readonly reason?: CancellationReason | RefundReason;
  /** What a member said about giving the money back. */
  readonly note?: string;
  /** Tickets that were taken back, or are about to be, oldest first: each ticket stands in one of them at most. */
  readonly returns?: readonly Return[];
  /** Some of its tickets are taken back, and some are not. */
  readonly partial?: true;
  /** Money that goes back to the buyer. None for a free order, or one that was never taken back. */
  readonly refunds?: readonly Refund[];
  /** Since when a refund is refused, or has come back from the bank; undefined when none has failed. */
  readonly refundFailedAt?: Date;
  /** It had been completed when it began to be taken back: its units had been told as sold. */
  readonly wasCompleted?: boolean;
}

/** PAYMENT_FAILED: the provider did not give the money after all, though the units were the buyer's already. */
export type CancellationReason =
  'UNITS_GONE' | 'LIMIT_EXCEEDED' | 'SALES_CLOSED' | 'PAYMENT_FAILED' | 'EVENT_CANCELLED';

export const DOOR_PAYMENTS = ['CASH', 'TERMINAL'] as const;
export type DoorPayment = (typeof DOOR_PAYMENTS)[number];

export class IdempotencyKeyReused extends Failure {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';

  constructor() {
    super('This idempotency key was used before for another order: choose a new key for a new order.');
  }
}

/** An attempt at a claim lives this long; a crash is healed this soon. */
export const CLAIM_TIME_MS = 5_000;
/** An order that does not go on by itself is looked at again after this time. */
export const DRIVE_AFTER_MS = 10_000;
/** Before its end, a reservation is not relied on any more: a claim takes seconds, and clocks differ by some. */
const RESERVATION_SLACK_MS = 10_000;

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
  /** Units that had been told as sold, and are told as returned. */
  readonly returned?: readonly QuotedLine[];
}

/** Redis may have given the order's units to somebody else: it has stood still for longer than they are kept. */
export function hasOutlivedReservation({ reservedUntil }: Order, now: Date): boolean {
  return after(now, RESERVATION_SLACK_MS) >= reservedUntil;
}

/** The payment is authorized, or none is due: its units may be claimed. Undefined: too late, or done before. */
export function startClaiming(order: Order, now: Date): OrderStep | undefined {
  if (order.state !== 'AWAITING_PAYMENT' || hasOutlivedReservation(order, now)) return undefined;
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

export function channelOf({ channel }: Order): SalesChannel {
  return channel ?? 'ONLINE';
}

/** What is given away says nothing about what people would pay. */
export function isDemand(order: Order): boolean {
  return channelOf(order) !== 'COMPLIMENTARY';
}

/** Units that members give away or sell at the door count for nobody's purchase limit. */
export function countsForAccount(order: Order): boolean {
  return channelOf(order) === 'ONLINE';
}

/** Nothing is asked of a payment provider: it is free, or its money was taken at the door. */
export function needsNoPayment(order: Order): boolean {
  return order.total.amount === 0 || channelOf(order) === 'BOX_OFFICE';
}

export function isPaid(order: Order): boolean {
  return needsNoPayment(order) || order.captured === true;
}

/** Nothing more happens to it by itself: it has its tickets or has ended. One that is paid goes on by itself. */
export function isSettled({ state, paidLate }: Order): boolean {
  switch (state) {
    case 'EXPIRED':
      return !paidLate;
    case 'COMPLETED':
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

/**
 * The payment of an order is authorized after all when its units are nobody's or somebody else's: providers may take long,
 * and so may an outage, after which nobody has come to let the order expire yet. What becomes of it is decided next;
 * payments waits for that with the money in its hand.
 */
export function notePaidLate(order: Order, now: Date): OrderStep | undefined {
  const late = { paidLate: true, driveAt: after(now, DRIVE_AFTER_MS) } as const;
  if (order.state === 'AWAITING_PAYMENT' && hasOutlivedReservation(order, now))
    return { next: move(order, 'EXPIRED', late), fact: 'OrderExpired' };
  if (order.state !== 'EXPIRED' || order.paidLate) return undefined;
  return { next: move(order, 'EXPIRED', late) };
}

/** The units of an order that was paid late are reserved again, by another hold: it is claimed like any other. */
export function claimLate(
  order: Order,
  again: { readonly holdId: string; readonly reservedUntil: Date },
  now: Date,
): OrderStep | undefined {
  if (order.state !== 'EXPIRED' || !order.paidLate) return undefined;
  const firstHoldId = order.firstHoldId ?? order.holdId;
  return { next: move(order, 'CLAIMING', { ...again, firstHoldId, ...attempt(now) }) };
}

/** The units of an order that was paid late cannot be had again: payments gives the money free. */
export function refuseLate(
  order: Order,
  reason: Exclude<CancellationReason, 'PAYMENT_FAILED'>,
): OrderStep | undefined {
  if (order.state !== 'EXPIRED' || !order.paidLate) return undefined;
  return { next: move(order, 'CANCELLED', { reason, driveAt: undefined }), fact: 'OrderCancelled' };
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
