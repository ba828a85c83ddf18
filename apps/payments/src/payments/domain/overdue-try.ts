import { beginVoid, type BusyPayment } from './payment.ts';

/**
 * A try of which the provider knows nothing by the time that the order can be paid no more. It must not be made good: the
 * buyer was told to come again, has gone, and may have bought elsewhere.
 */
export function isOverdue({ operation, payBy }: BusyPayment, now: Date): boolean {
  return operation.kind === 'AUTHORIZE' && now >= payBy;
}

/**
 * The payment with its overdue try given up. The first call may still be on its way; once the intent is void it does not
 * count any more.
 */
export function withdrawTry(payment: BusyPayment, intentId: string | undefined, now: Date): BusyPayment {
  return { ...beginVoid(payment, now), intentId };
}
