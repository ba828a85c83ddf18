import { z } from 'zod';
import { fact, topic } from './fact.ts';
import { id, instant, moneyValue } from './values.ts';

export const PAYMENT_STATES = ['PENDING', 'AUTHORIZED', 'CAPTURED', 'FAILED', 'VOIDED', 'REFUNDED'] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

const refundFailure = z.object({ refundId: id, code: z.string() });

const payment = z.object({
  /** One payment per order; a declined try leaves it open for another. */
  orderId: id,
  paymentId: id,
  buyerId: id,
  state: z.enum(PAYMENT_STATES),
  amount: moneyValue,
  provider: z.string(),
  /** Stable code of a decline, e.g. `CARD_DECLINED`. */
  failureCode: z.string().optional(),
  /** What the provider has paid back so far, refund by refund. */
  refunds: z.array(z.object({ refundId: id, amount: moneyValue })).optional(),
  /**
   * Of a PaymentRefundFailed: the refund that the provider refuses, or has taken back after it was paid; it can be asked
   * for again, by another id.
   */
  refundFailure: refundFailure.optional(),
  /** All such refunds that its order may still wait for: the newest fact tells what older ones have told. */
  refundFailures: z.array(refundFailure).optional(),
  updatedAt: instant,
});
export type PublicPayment = z.output<typeof payment>;

export const paymentsPayments = topic('payments.payments.v1', 'state', [
  fact('PaymentAuthorized', payment),
  fact('PaymentCaptured', payment),
  fact('PaymentFailed', payment),
  fact('PaymentVoided', payment),
  fact('PaymentRefunded', payment),
  fact('PaymentRefundFailed', payment),
]);
