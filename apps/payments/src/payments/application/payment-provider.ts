import type { Money, Result } from '#kernel';
import type { ProviderEvent, Webhook } from '../../webhooks/domain/webhook.ts';
import type { InvalidWebhook } from '../../webhooks/domain/failures.ts';
import type { Dispute } from '../domain/dispute.ts';
import type { Operation, Outcome, Reply } from '../domain/operation.ts';

/**
 * A provider of payments that separates authorizing from taking money. Card data never reaches the platform: a
 * `method` is the provider's own name of what the buyer entered there.
 *
 * Every command carries an idempotency key and is carried out at most once for it; a repeat answers with the first
 * outcome. What a provider refuses is an outcome; whatever it throws, a time-out too, leaves the outcome unknown, and
 * the caller asks again. What is UNDECIDED is known to the provider and decided later; until then it can be asked, and
 * it tells by a webhook.
 */
export interface PaymentProvider {
  /** Stands in payments and ledger accounts; never changes. */
  readonly name: string;
  /**
   * Opens a payment at the provider; moves no money. Gives the provider's id of it. Refused when the provider cannot
   * charge exactly this amount.
   */
  createIntent(request: IntentRequest): Promise<string | Extract<Outcome, { result: 'REFUSED' }>>;
  /** Reserves the intent's amount on the method. Refused with INVALID_METHOD when there is no such method. */
  authorize(request: Keyed & { readonly method: string }): Promise<Reply>;
  /** Takes what is authorized. Refused when the authorization is there no more. */
  capture(request: Keyed): Promise<Reply>;
  /** Gives free what is authorized, and lets the intent authorize no more. Refused when the money is taken. */
  void(request: Keyed): Promise<Reply>;
  /** Pays back some or all of what was taken, never more. */
  refund(request: Refunding): Promise<Reply>;
  /**
   * What has become of the command with that key by now: a refund that was DONE may have come back from the bank.
   * Undefined when the provider knows of none, or not yet.
   */
  ask(request: Asked): Promise<Reply | undefined>;
  /** The disputes in which a bank has taken money of the intent from the provider. */
  disputesOf(intentId: string): Promise<readonly Dispute[]>;
  /** As it was told to `createIntent`, for webhooks that name no order; undefined for an intent that is not ours. */
  orderOf(intentId: string): Promise<string | undefined>;
  /** What the buyer is to do at the provider; undefined when it waits for nothing. */
  nextAction(intentId: string): Promise<NextAction | undefined>;
  /** What a webhook of the provider tells, if it is the provider's and of now. */
  parseWebhook(webhook: Webhook, now: Date): Result<ProviderEvent, InvalidWebhook>;
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

export interface Refunding extends Keyed {
  /** Of the payment as a whole, for people who look at the provider's own records. */
  readonly orderId: string;
  readonly amount: Money;
}

/** A command that may have been sent before: what it was, and what the provider has said of it, if that is known. */
export type Asked = Keyed & Pick<Operation, 'kind' | 'waitsFor'>;

/** How the buyer approves an authorization. */
export interface NextAction {
  /** Where the buyer's browser is to go. */
  readonly url?: string;
  /** For the provider's own library in the buyer's browser, which does it in place. Given to the buyer only, never kept. */
  readonly clientSecret?: string;
}

/** Nest injection token of the PaymentProvider that new payments go to. */
export const PAYMENT_PROVIDER = Symbol('PaymentProvider');
