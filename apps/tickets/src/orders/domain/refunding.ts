import { after, attempt, DRIVE_AFTER_MS, move, type Order, type OrderStep } from './order.ts';
import type { Refund, RefundOffer, RefundReason } from './refund.ts';

/**
 * Begins to take a whole order back. Its tickets are voided next, then its money is asked for. Also for an order whose
 * money may be about to be taken (CONFIRMED): payments then voids it, or refunds it after the taking.
 */
export function startRefunding(
  order: Order,
  { reason, note }: { reason: RefundReason; note?: string },
  now: Date,
): OrderStep | undefined {
  if (order.state !== 'COMPLETED' && order.state !== 'CONFIRMED') return undefined;
  const amount = order.total;
  const refunds: Refund[] =
    amount.amount === 0 ? [] : [{ refundId: refundIdOf(order), amount, status: 'PLANNED', plannedAt: now }];
  const wasCompleted = order.state === 'COMPLETED';
  return { next: move(order, 'REFUNDING', { reason, note, refunds, wasCompleted, ...attempt(now) }) };
}

/** The tickets admit nobody any more: the money may move. Whoever waits now waits for payments. */
export function requestRefunds(order: Order): OrderStep | undefined {
  if (order.state !== 'REFUNDING' || !refundsOf(order).some(({ status }) => status === 'PLANNED'))
    return undefined;
  const refunds = refundsOf(order).map((refund) =>
    refund.status === 'PLANNED' ? { ...refund, status: 'REQUESTED' as const } : refund,
  );
  return { next: move(order, 'REFUNDING', { refunds, driveAt: undefined }), fact: 'RefundRequested' };
}

/** Payments has paid back the refunds of the given ids. */
export function notePaid(order: Order, refundIds: ReadonlySet<string>, now: Date): OrderStep | undefined {
  return noteStatus(order, ({ refundId }) => refundIds.has(refundId), { status: 'PAID' }, now);
}

/** The provider refuses a refund. It stays so until somebody tries again. */
export function noteFailed(
  order: Order,
  { refundId, code }: { refundId: string; code: string },
  now: Date,
): OrderStep | undefined {
  return noteStatus(
    order,
    (refund) => refund.refundId === refundId && refund.status === 'REQUESTED',
    { status: 'FAILED', failureCode: code },
    now,
  );
}

/** The payment has ended without taking anything. */
export function noteNothingTaken(order: Order, now: Date): OrderStep | undefined {
  return noteStatus(order, () => true, { status: 'NEEDLESS' }, now);
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

/** All money is back (or none was due), and the units are given back: the end. */
export function finishRefunding(order: Order): OrderStep | undefined {
  if (order.state !== 'REFUNDING' || !isPaidBack(order)) return undefined;
  const refunds = refundsOf(order);
  const nothingTaken = refunds.length > 0 && refunds.every(({ status }) => status === 'NEEDLESS');
  return nothingTaken
    ? { next: move(order, 'CANCELLED', { driveAt: undefined }), fact: 'OrderCancelled' }
    : { next: move(order, 'REFUNDED', { driveAt: undefined }), fact: 'OrderRefunded' };
}

export function refundsOf(order: Order): readonly Refund[] {
  return order.refunds ?? [];
}

/** Its money and units are given back, or on their way. */
export function hasBeenTakenBack({ state }: Order): boolean {
  return state === 'REFUNDING' || state === 'REFUNDED';
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
  if (!offer || order.state !== 'COMPLETED') return undefined;
  const until = new Date(offer.until);
  if (order.placedAt >= new Date(offer.offeredAt) || now >= until) return undefined;
  return { until, reason: 'EVENT_MOVED' };
}

function noteStatus(
  order: Order,
  concerns: (refund: Refund) => boolean,
  change: Pick<Refund, 'status' | 'failureCode'>,
  now: Date,
): OrderStep | undefined {
  if (order.state !== 'REFUNDING') return undefined;
  const isOpen = ({ status }: Refund): boolean => status !== 'PAID' && status !== 'NEEDLESS';
  if (!refundsOf(order).some((refund) => isOpen(refund) && concerns(refund))) return undefined;
  const refunds = refundsOf(order).map((refund) =>
    isOpen(refund) && concerns(refund) ? { ...refund, ...change } : refund,
  );
  const failed = refunds.some(({ status }) => status === 'FAILED');
  const waits = refunds.some(({ status }) => status === 'REQUESTED' || status === 'FAILED');
  return {
    next: move(order, 'REFUNDING', {
      refunds,
      refundFailedAt: failed ? now : undefined,
      driveAt: waits ? undefined : after(now, DRIVE_AFTER_MS),
    }),
  };
}

/** Unlike any other of the order's: its version has never been the same before. */
function refundIdOf({ id, version }: Order, index = 0): string {
  return `${id}:${version}:${index}`;
}
