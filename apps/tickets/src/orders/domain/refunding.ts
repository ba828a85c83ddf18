import {
  after,
  attempt,
  channelOf,
  DRIVE_AFTER_MS,
  isDemand,
  move,
  type Order,
  type OrderStep,
} from './order.ts';
import type { Refund, RefundOffer, RefundReason, Return } from './refund.ts';
import { openReturns, priceOf, returnsOf, whatIsLeft } from './returns.ts';

/**
 * Begins to take tickets of an order back: the given ones, or all that are left. They are voided next, then their money is
 * asked for. Also for an order that is being refunded, and, as a whole, for one whose money may be about to be taken
 * (CONFIRMED): payments then voids it, or refunds it after the taking. Undefined when there is nothing left to take back.
 */
export function startRefunding(
  order: Order,
  { reason, note, ticketIds }: RefundRequest,
  now: Date,
): OrderStep | undefined {
  if (!mayBeRefunded(order, ticketIds === undefined)) return undefined;
  const left = whatIsLeft(order, ticketIds);
  if (!left) return undefined;
  const amount = priceOf(left.lines, order.total);
  const refund: Refund = { refundId: refundIdOf(order), amount, status: 'PLANNED', plannedAt: now };
  const begun = {
    reason,
    note,
    returns: [...returnsOf(order), { ...left, reason, ...(note === undefined ? {} : { note }) }],
    refunds: amount.amount === 0 ? refundsOf(order) : [...refundsOf(order), refund],
    wasCompleted: order.state === 'COMPLETED' || order.wasCompleted === true,
  };
  const partial = whatIsLeft({ ...order, ...begun }) ? true : undefined;
  return { next: move(order, 'REFUNDING', { ...begun, partial, ...attempt(now) }) };
}

export interface RefundRequest {
  readonly reason: RefundReason;
  readonly note?: string;
  /** Without them: all tickets that are left. */
  readonly ticketIds?: readonly string[];
}

function mayBeRefunded({ state }: Order, whole: boolean): boolean {
  if (state === 'CONFIRMED') return whole;
  return state === 'COMPLETED' || state === 'PARTIALLY_REFUNDED' || state === 'REFUNDING';
}

/**
 * The tickets admit nobody any more: the money may move. Whoever waits now waits for payments; what was paid at the door
 * is given back there.
 */
export function requestRefunds(order: Order): OrderStep | undefined {
  if (order.state !== 'REFUNDING' || !refundsOf(order).some(({ status }) => status === 'PLANNED'))
    return undefined;
  const atDoor = channelOf(order) === 'BOX_OFFICE';
  const status = atDoor ? 'PAID' : 'REQUESTED';
  const refunds = refundsOf(order).map((refund) =>
    refund.status === 'PLANNED' ? { ...refund, status } : refund,
  ) satisfies Refund[];
  if (atDoor) return { next: move(order, 'REFUNDING', { refunds }) };
  return { next: move(order, 'REFUNDING', { refunds, driveAt: undefined }), fact: 'RefundRequested' };
}

/** What payments says of an order's refunds, by their ids. */
export interface SettledRefunds {
  readonly paid: readonly string[];
  readonly failed: readonly {
    readonly refundId: string;
    /** Stable code of the provider. */
    readonly code: string;
  }[];
}

/**
 * Refunds are paid back, or the provider refuses them, or has back what it had paid: then the order is not over any more,
 * though its units are free and stay so. A refund that has failed stays so until somebody tries again, under another id:
 * that it was paid is old news.
 */
export function noteSettled(
  order: Order,
  { paid, failed }: SettledRefunds,
  now: Date,
): OrderStep | undefined {
  const isPaid = new Set(paid);
  const codes = new Map(failed.map(({ refundId, code }) => [refundId, code]));
  return noteRefunds(
    order,
    (refund) => {
      const failureCode = codes.get(refund.refundId);
      const isOpen = refund.status === 'PLANNED' || refund.status === 'REQUESTED';
      if (failureCode !== undefined && (isOpen || refund.status === 'PAID'))
        return { ...refund, status: 'FAILED', failureCode };
      return isOpen && isPaid.has(refund.refundId) ? { ...refund, status: 'PAID' } : refund;
    },
    now,
  );
}

/** The payment has ended without taking anything. */
export function noteNothingTaken(order: Order, now: Date): OrderStep | undefined {
  return noteRefunds(
    order,
    (refund) => (refund.status === 'PAID' ? refund : { ...refund, status: 'NEEDLESS' }),
    now,
  );
}

/** Asks again for refunds that failed, under new ids: a provider answers the old id with the old refusal. */
export function retryRefunds(order: Order, now: Date): OrderStep | undefined {
  if (order.state !== 'REFUNDING' || !hasFailedRefund(order)) return undefined;
  const refunds = refundsOf(order).map((refund, index): Refund => {
    if (refund.status !== 'FAILED') return refund;
    const { failureCode: _code, ...rest } = refund;
    return { ...rest, refundId: refundIdOf(order, index), status: 'REQUESTED', plannedAt: now };
  });
  return {
    next: move(order, 'REFUNDING', { refunds, refundFailedAt: undefined }),
    fact: 'RefundRequested',
  };
}

/** All money is back (or none was due), and the units of what was taken back are free: the end, or some tickets stay. */
export function finishRefunding(order: Order, now: Date): OrderStep | undefined {
  if (order.state !== 'REFUNDING' || !isPaidBack(order)) return undefined;
  const refunds = refundsOf(order);
  const returns = doneReturns(order, now);
  if (refunds.length > 0 && refunds.every(({ status }) => status === 'NEEDLESS'))
    return {
      next: move(order, 'CANCELLED', { returns, driveAt: undefined }),
      fact: 'OrderCancelled',
    };
  const wasTold = order.wasCompleted === true && isDemand(order);
  return {
    next: move(order, order.partial ? 'PARTIALLY_REFUNDED' : 'REFUNDED', { returns, driveAt: undefined }),
    fact: 'OrderRefunded',
    returned: wasTold ? openReturns(order).flatMap(({ lines }) => lines) : [],
  };
}

export function refundsOf(order: Order): readonly Refund[] {
  return order.refunds ?? [];
}

/** All its money and units are given back, or on their way. */
export function hasBeenTakenBack({ state, partial }: Order): boolean {
  return (state === 'REFUNDING' || state === 'REFUNDED') && !partial;
}

export function hasFailedRefund(order: Order): boolean {
  return refundsOf(order).some(({ status }) => status === 'FAILED');
}

/** Nothing of the order's money is still to go back. */
export function isPaidBack(order: Order): boolean {
  return refundsOf(order).every(({ status }) => status === 'PAID' || status === 'NEEDLESS');
}

/** The offer that the order's buyer may accept now, since its event was moved. */
export function refundOfferOf(
  order: Order,
  event: { readonly refundOffer?: { readonly offeredAt: string; readonly until: string } } | undefined,
  now: Date,
): RefundOffer | undefined {
  const offer = event?.refundOffer;
  if (!offer || (order.state !== 'COMPLETED' && !order.partial)) return undefined;
  const until = new Date(offer.until);
  if (order.placedAt >= new Date(offer.offeredAt) || now >= until) return undefined;
  return { until, reason: 'EVENT_MOVED' };
}

/** The order with what was heard of its refunds, if that is anything new. */
function noteRefunds(order: Order, heard: (refund: Refund) => Refund, now: Date): OrderStep | undefined {
  const { state } = order;
  if (state !== 'REFUNDING' && state !== 'REFUNDED' && state !== 'PARTIALLY_REFUNDED') return undefined;
  const before = refundsOf(order);
  const refunds = before.map(heard);
  if (refunds.every((refund, i) => refund.status === before[i]?.status)) return undefined;
  const failed = refunds.some(({ status }) => status === 'FAILED');
  const isDue = refunds.some(({ status }) => status === 'PLANNED');
  const waits = !isDue && refunds.some(({ status }) => status === 'REQUESTED' || status === 'FAILED');
  return {
    next: move(order, 'REFUNDING', {
      refunds,
      returns: state === 'REFUNDING' ? order.returns : doneReturns(order, now),
      refundFailedAt: failed ? now : undefined,
      driveAt: waits ? undefined : after(now, DRIVE_AFTER_MS),
    }),
  };
}

/** Its units are free when it is over, also where that is not written down of each return. */
function doneReturns(order: Order, now: Date): Return[] {
  return returnsOf(order).map((one) => (one.doneAt ? one : { ...one, doneAt: now }));
}

/** Unlike any other of the order's: its version has never been the same before. */
function refundIdOf({ id, version }: Order, index = 0): string {
  return `${id}:${version}:${index}`;
}
