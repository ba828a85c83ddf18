import type { Money } from '#kernel';
import type { Outcome } from '../domain/operation.ts';

/**
 * A provider of payments that separates authorizing from taking money. Card data never reaches the platform: a
 * `method` is the provider's own name of what the buyer entered there.
 *
 * Every command carries an idempotency key and is carried out at most once for it; a repeat answers with the first
 * outcome. What a provider refuses is an outcome; whatever it throws, a time-out too, leaves the outcome unknown, and
 * the caller asks again.
 */
export interface PaymentProvider {
  /** Stands in payments and ledger accounts; never changes. */
  readonly name: string;
  /** Opens a payment at the provider; moves no money. Gives the provider's id of it. */
  createIntent(request: IntentRequest): Promise<string>;
  /** Reserves the intent's amount on the method. Refused with INVALID_METHOD when there is no such method. */
  authorize(request: Keyed & { readonly method: string }): Promise<Outcome>;
  /** Takes what is authorized. Refused when the authorization is there no more. */
  capture(request: Keyed): Promise<Outcome>;
  /** Gives free what is authorized, and lets the intent authorize no more. Refused when the money is taken. */
  void(request: Keyed): Promise<Outcome>;
  /** Pays back some or all of what was taken, never more. */
  refund(request: Keyed & { readonly amount: Money }): Promise<Outcome>;
  /** The outcome of the command with that key; undefined when the provider has not carried it out, or not yet. */
  ask(request: Keyed): Promise<Outcome | undefined>;
}

export interface IntentRequest {
  readonly key: string;
  readonly amount: Money;
  /** For people who look at the provider's own records. */
  readonly orderId: string;
}

export interface Keyed {
  readonly intentId: string;
  readonly key: string;
}

/** Nest injection token of the PaymentProvider. */
export const PAYMENT_PROVIDER = Symbol('PaymentProvider');
