import type { Reply } from './operation.ts';
import {
  change,
  FIRST_LOOK_MS,
  type Payment,
  postpone,
  refundKey,
  type SettledRefund,
  withoutDoubt,
} from './payment.ts';

/*
 * A bank can send a refund back to the provider long after it was paid: the card is closed, say. The provider tells of it
 * by a webhook and in no other way, so a doubt is written down before the webhook is answered. A doubt decides nothing:
 * the provider is asked once more what became of the refund, and what it says then is recorded.
 */

/** Which refund of this payment the provider knows by the key; undefined for the key of anything else. */
export function refundOfKey(payment: Payment, key: string): string | undefined {
  const beginning = refundKey(payment, '');
  return key.startsWith(beginning) ? key.slice(beginning.length) : undefined;
}

/**
 * The payment with a doubt about a refund; undefined when there is nothing to doubt. Of a refund that is doubted already
 * it has another revision: whoever has asked before cannot write down what is out of date by now.
 */
export function doubtRefund(payment: Payment, refundId: string, now: Date): Payment | undefined {
  const { operation, doubts = [] } = payment;
  const isUnderWay = operation?.kind === 'REFUND' && operation.refundId === refundId;
  if (!isUnderWay && !paidRefund(payment, refundId)) return undefined;
  const dueAt = new Date(now.getTime() + FIRST_LOOK_MS);
  return { ...payment, doubts: [...new Set([...doubts, refundId])], revision: payment.revision + 1, dueAt };
}

/** The refund that the provider is to be asked about next. One that is under way has to have its first outcome before. */
export function doubtedRefund(payment: Payment): SettledRefund | undefined {
  for (const refundId of payment.doubts ?? []) {
    const refund = paidRefund(payment, refundId);
    if (refund) return refund;
  }
  return undefined;
}

/**
 * The payment with what the provider says now of a refund that it had paid. When it is REFUSED, the money is with the
 * provider again: the refund is one that failed, and the order asks for another.
 */
export function recordDoubted(payment: Payment, refundId: string, reply: Reply, now: Date): Payment {
  const sure = withoutDoubt(payment, refundId);
  if (reply.result !== 'REFUSED' || !paidRefund(payment, refundId)) return postpone(sure, now);
  const refunds = payment.refunds?.map((refund) =>
    refund.refundId === refundId ? { ...refund, refusal: reply.code } : refund,
  );
  return change(sure, { refunds, state: 'CAPTURED' }, now);
}

function paidRefund({ refunds = [] }: Payment, refundId: string): SettledRefund | undefined {
  return refunds.find((refund) => refund.refundId === refundId && refund.refusal === undefined);
}
