import { awaitsBuyer, type Undecided } from './operation.ts';
import type { BusyPayment, Payment } from './payment.ts';

/** The buyer has to approve the payment at the provider, and has not yet. */
export function isChallenged({ operation }: Payment): boolean {
  return awaitsBuyer(operation);
}

/**
 * The payment with what the provider has said short of an outcome; undefined when that stands there already. It is no
 * fact: nobody but the buyer can do anything about it.
 */
export function noteUndecided(
  payment: BusyPayment,
  intentId: string | undefined,
  { waitsFor }: Undecided,
): BusyPayment | undefined {
  const { operation } = payment;
  if (operation.waitsFor === waitsFor && payment.intentId === intentId) return undefined;
  return { ...payment, intentId, operation: { ...operation, waitsFor }, revision: payment.revision + 1 };
}
