import { Stripe } from 'stripe';
import type { Dispute } from '../payments/domain/dispute.ts';
import { INVALID_METHOD, type Operation, type Outcome, type Reply } from '../payments/domain/operation.ts';
import { fromStripeAmount } from './stripe-amount.ts';

type Refused = Extract<Outcome, { result: 'REFUSED' }>;
type Intent = Pick<Stripe.PaymentIntent, 'status' | 'last_payment_error' | 'amount' | 'amount_received'>;

const DONE: Outcome = { result: 'DONE' };
const refused = (code: string): Refused => ({ result: 'REFUSED', code });

/**
 * What an intent's status says of a command; undefined when nothing, so that it has to be sent (again).
 * @throws when it was captured in part, which is never done here: what it means for the order is for people to say
 */
export function replyOf(kind: Exclude<Operation['kind'], 'REFUND'>, intent: Intent): Reply | undefined {
  switch (kind) {
    case 'AUTHORIZE':
      return authorizationOf(intent);
    case 'CAPTURE':
      if (intent.status === 'succeeded') return wholeOf(intent);
      if (intent.status === 'processing') return { result: 'UNDECIDED', waitsFor: 'PROVIDER' };
      // An authorization that nobody captures ends by itself, of a card after about a week.
      return intent.status === 'canceled' ? refused('AUTHORIZATION_EXPIRED') : undefined;
    case 'VOID':
      if (intent.status === 'canceled') return DONE;
      return intent.status === 'succeeded' ? refused('ALREADY_CAPTURED') : undefined;
  }
}

function wholeOf({ amount, amount_received: received }: Intent): Outcome {
  if (received !== amount) throw new Error(`Stripe has captured ${received} of ${amount}`);
  return DONE;
}

function authorizationOf({ status, last_payment_error: error }: Intent): Reply | undefined {
  switch (status) {
    case 'requires_capture':
    case 'succeeded':
      return DONE;
    case 'requires_action':
      return { result: 'UNDECIDED', waitsFor: 'BUYER' };
    case 'processing':
      return { result: 'UNDECIDED', waitsFor: 'PROVIDER' };
    case 'canceled':
      return refused('INTENT_CANCELED');
    case 'requires_payment_method':
      return error ? refused(declineCodeOf(error)) : undefined;
    default:
      return undefined;
  }
}

export function refundReplyOf({ status, failure_reason: why }: Stripe.Refund): Reply | undefined {
  switch (status) {
    case 'succeeded':
      return DONE;
    case 'pending':
    case 'requires_action':
      return { result: 'UNDECIDED', waitsFor: 'PROVIDER' };
    case 'failed':
    case 'canceled':
      return refused(codeOf(why ?? 'refund_refused'));
    default:
      return undefined;
  }
}

/**
 * Undefined as long as no money has moved. Stripe lists what it has moved in the currency of the account's balance, so the
 * amount is that of the dispute itself, and its fee stays out like all of Stripe's fees
 * (docs.stripe.com/api/disputes/object#dispute_object-balance_transactions).
 */
export function disputeOf({
  id: disputeId,
  amount,
  currency,
  balance_transactions: moves,
}: Stripe.Dispute): Dispute | undefined {
  if (!moves.some((move) => move.amount < 0)) return undefined;
  const isReinstated = moves.some((move) => move.amount > 0);
  return { disputeId, amount: fromStripeAmount(amount, currency), isReinstated };
}

/**
 * The refusal that an error tells of. Undefined for whatever leaves the outcome open: a time-out, a fault of Stripe's, too
 * many requests, a wrong key, or the key of another account, which does not know the intent.
 */
export function refusalOf(error: unknown): Refused | undefined {
  if (isDecline(error)) return refused(declineCodeOf(error));
  if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) return undefined;
  if (error.param === 'payment_method') return refused(INVALID_METHOD);
  if (error.statusCode === 404) return undefined;
  return refused(codeOf(error.code ?? 'request_refused'));
}

/** The word of a bank. */
export function isDecline(error: unknown): error is Stripe.errors.StripeCardError {
  return error instanceof Stripe.errors.StripeCardError;
}

/** The intent is in another state than the command needs: it tells best itself why. */
export function isUnexpectedState(error: unknown): boolean {
  return (
    error instanceof Stripe.errors.StripeInvalidRequestError &&
    error.code === 'payment_intent_unexpected_state'
  );
}

/** Stripe's codes (docs.stripe.com/declines/codes) that have another name here. */
const DECLINES = new Map([
  ['generic_decline', 'CARD_DECLINED'],
  // Stripe: do not tell the buyer more than that the card was declined.
  ['fraudulent', 'CARD_DECLINED'],
  ['lost_card', 'CARD_DECLINED'],
  ['stolen_card', 'CARD_DECLINED'],
  ['merchant_blacklist', 'CARD_DECLINED'],
  ['authentication_required', 'AUTHENTICATION_FAILED'],
  ['payment_intent_authentication_failure', 'AUTHENTICATION_FAILED'],
]);

function declineCodeOf({ code, decline_code: decline }: { code?: string; decline_code?: string }): string {
  // Stripe's library gives an error that has no decline code an empty one.
  const name = decline || code || 'card_declined';
  return DECLINES.get(name) ?? codeOf(name);
}

/** `insufficient_funds` → `INSUFFICIENT_FUNDS` */
function codeOf(name: string): string {
  return name
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
    .slice(0, 60);
}
