import { Injectable } from '@nestjs/common';
import { paymentsPayments, type PublicPayment } from '#contracts';
import { FactConsumer } from '#messaging';
import { AdvanceOrder } from '../application/advance-order.ts';
import type { SettledRefunds } from '../domain/refunding.ts';

/** Payments' progress drives orders on. */
@Injectable()
export class PaymentsConsumer {
  constructor(consumer: FactConsumer, advanceOrder: AdvanceOrder) {
    const settleRefunds = ({ payload }: { payload: PublicPayment }) =>
      advanceOrder.refundsSettled(payload.orderId, settledRefunds(payload));
    consumer.subscribe({
      topic: paymentsPayments,
      each: {
        PaymentAuthorized: ({ payload }) => advanceOrder.paymentAuthorized(payload.orderId),
        PaymentCaptured: ({ payload }) => advanceOrder.paymentCaptured(payload.orderId),
        /** A decline (PENDING) leaves the order waiting: the buyer may pay with something else. */
        PaymentFailed: async ({ payload }) => {
          if (payload.state === 'FAILED') await advanceOrder.nothingTaken(payload.orderId);
        },
        PaymentVoided: ({ payload }) => advanceOrder.nothingTaken(payload.orderId),
        PaymentRefunded: settleRefunds,
        PaymentRefundFailed: settleRefunds,
      },
    });
  }
}

/** Facts that were told before `refundFailures` was have just the newest one. */
function settledRefunds({ refunds = [], refundFailure, refundFailures }: PublicPayment): SettledRefunds {
  const newest = refundFailure ? [refundFailure] : [];
  return { paid: refunds.map(({ refundId }) => refundId), failed: refundFailures ?? newest };
}
