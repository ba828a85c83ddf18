import { Injectable } from '@nestjs/common';
import { paymentsPayments } from '#contracts';
import { FactConsumer } from '#messaging';
import { AdvanceOrder } from '../application/advance-order.ts';

/** Payments' progress drives orders on. */
@Injectable()
export class PaymentsConsumer {
  constructor(consumer: FactConsumer, advanceOrder: AdvanceOrder) {
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
        PaymentRefunded: ({ payload: { orderId, refunds = [] } }) =>
          advanceOrder.refundsPaid(
            orderId,
            refunds.map(({ refundId }) => refundId),
          ),
        PaymentRefundFailed: async ({ payload: { orderId, refundFailure } }) => {
          if (refundFailure) await advanceOrder.refundFailed(orderId, refundFailure);
        },
      },
    });
  }
}
