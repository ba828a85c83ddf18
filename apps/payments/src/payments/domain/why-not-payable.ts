import { RetryLater, WrongState } from '#kernel';
import { PaymentExpired } from './failures.ts';
import { type OrderCopy, verdictOf } from './order-copy.ts';
import type { Payment } from './payment.ts';

/** Why a try to pay cannot begin now; undefined when it can. `order` is unknown while its first fact is on its way. */
export function whyNotPayable(
  payment: Payment,
  order: OrderCopy | undefined,
  now: Date,
): PaymentExpired | WrongState | RetryLater | undefined {
  const { state, operation, payBy } = payment;
  const isOver = order?.state === 'EXPIRED' || now.getTime() >= payBy.getTime();
  if (isOver && !operation && hasNoMoney(payment)) return new PaymentExpired();
  if (state !== 'PENDING') {
    return new WrongState(state, `The payment is ${state} and takes no more tries. Place a new order.`);
  }
  if (operation) return new RetryLater('A try to pay this order is under way.');
  if (order && verdictOf(order.state) !== 'WAIT') {
    return new WrongState(order.state, `The order is ${order.state} and cannot be paid.`);
  }
  return undefined;
}

/** Neither the buyer's money nor a right to it. */
function hasNoMoney({ state }: Payment): boolean {
  return state === 'PENDING' || state === 'FAILED' || state === 'VOIDED';
}
