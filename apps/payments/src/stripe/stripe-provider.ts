import { Stripe } from 'stripe';
import { fail, type Result } from '#kernel';
import type {
  Asked,
  IntentRequest,
  Keyed,
  NextAction,
  PaymentProvider,
  Refunding,
} from '../payments/application/payment-provider.ts';
import type { Dispute } from '../payments/domain/dispute.ts';
import type { Operation, Reply } from '../payments/domain/operation.ts';
import type { InvalidWebhook } from '../webhooks/domain/failures.ts';
import { readProviderEvent } from '../webhooks/domain/provider-event.ts';
import { whyNotGenuine } from '../webhooks/domain/signature.ts';
import type { ProviderEvent, Webhook } from '../webhooks/domain/webhook.ts';
import { toStripeAmount } from './stripe-amount.ts';
import { throwFault } from './stripe-fault.ts';
import {
  disputeOf,
  isDecline,
  isUnexpectedState,
  refundReplyOf,
  refusalOf,
  replyOf,
} from './stripe-replies.ts';

export interface StripeSettings {
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** Of the API, e.g. `https://api.stripe.com`. */
  readonly apiBase: URL;
  /** Where a bank sends the buyer's browser when it is done. */
  readonly returnUrl: string;
}

/** Shorter than whoever calls waits. It does not try again by itself: payments asks, and calls with the same key. */
const TIMEOUT_MS = 3_500;
/** Refunds of one payment that are looked through; an order is given back in far fewer parts. */
const MAX_REFUNDS = 100;
/** Disputes of one payment that are looked at: a bank may open several, of parts of it. */
const MAX_DISPUTES = 100;

const SIGNATURE_HEADER = 'stripe-signature';

/**
 * Stripe, by PaymentIntents that are captured by hand. What became of a command is read off the intent and, of a refund,
 * by the key in its metadata.
 *
 * What could be done twice carries its key as Stripe's idempotency key: opening, authorizing, paying back. Sent again
 * within a day it answers as it did first. An intent is captured or cancelled once, whoever asks, so these two carry
 * none: Stripe would answer a fault of its own again for a day (docs.stripe.com/error-low-level), and for as long the
 * buyer would have no tickets, or the bank the buyer's money.
 */
export class StripeProvider implements PaymentProvider {
  readonly name = 'stripe';
  private readonly stripe: Stripe;

  constructor(private readonly settings: StripeSettings) {
    const { protocol, hostname, port } = settings.apiBase;
    this.stripe = new Stripe(settings.secretKey, {
      protocol: protocol === 'http:' ? 'http' : 'https',
      host: hostname,
      port: port || (protocol === 'http:' ? 80 : 443),
      timeout: TIMEOUT_MS,
      maxNetworkRetries: 0,
      telemetry: false,
    });
  }

  async createIntent({ key, orderId, amount }: IntentRequest): ReturnType<PaymentProvider['createIntent']> {
    const counted = toStripeAmount(amount);
    if (counted === undefined) return { result: 'REFUSED', code: 'AMOUNT_NOT_CHARGEABLE' };
    try {
      const intent = await this.stripe.paymentIntents.create(
        {
          amount: counted,
          currency: amount.currency.toLowerCase(),
          capture_method: 'manual',
          allowed_payment_method_types: ['card'],
          metadata: { order_id: orderId },
        },
        { idempotencyKey: key },
      );
      return intent.id;
    } catch (error) {
      return refusalOf(error) ?? throwFault(error);
    }
  }

  authorize({ intentId, key, method }: Keyed & { method: string }): Promise<Reply> {
    const parameters = { payment_method: method, return_url: this.settings.returnUrl };
    return this.command('AUTHORIZE', intentId, () =>
      this.stripe.paymentIntents.confirm(intentId, parameters, { idempotencyKey: key }),
    );
  }

  async capture(request: Keyed): Promise<Reply> {
    const { intentId } = request;
    const reply = await this.command('CAPTURE', intentId, () => this.stripe.paymentIntents.capture(intentId));
    // What the bank will not give may still be reserved. That it was given after all would be a contradiction.
    const released = reply.result === 'REFUSED' ? await this.void(request) : undefined;
    if (released?.result === 'REFUSED')
      throw new Error(`Stripe refuses a capture, and the void as ${released.code}`);
    return reply;
  }

  void({ intentId }: Keyed): Promise<Reply> {
    return this.command('VOID', intentId, () => this.stripe.paymentIntents.cancel(intentId));
  }

  async refund({ intentId, key, orderId, amount }: Refunding): Promise<Reply> {
    const counted = toStripeAmount(amount);
    if (counted === undefined) return { result: 'REFUSED', code: 'AMOUNT_NOT_REFUNDABLE' };
    try {
      const refund = await this.stripe.refunds.create(
        { payment_intent: intentId, amount: counted, metadata: { operation: key, order_id: orderId } },
        { idempotencyKey: key },
      );
      return known(refundReplyOf(refund), `refund is ${refund.status}`);
    } catch (error) {
      return refusalOf(error) ?? throwFault(error);
    }
  }

  async ask({ intentId, key, kind, waitsFor }: Asked): Promise<Reply | undefined> {
    if (kind === 'REFUND') return this.askForRefund(intentId, key);
    const intent = await this.retrieve(intentId);
    // The error of the last try: of this one only if Stripe had this one. Otherwise the key settles it.
    const mayBeOfEarlierTry = intent.status === 'requires_payment_method' && waitsFor === undefined;
    return mayBeOfEarlierTry ? undefined : replyOf(kind, intent);
  }

  async disputesOf(intentId: string): Promise<Dispute[]> {
    const ofIntent = { payment_intent: intentId, limit: MAX_DISPUTES };
    const { data } = await this.stripe.disputes.list(ofIntent).catch(throwFault);
    return data.flatMap((dispute) => disputeOf(dispute) ?? []);
  }

  async orderOf(intentId: string): Promise<string | undefined> {
    try {
      const { metadata } = await this.stripe.paymentIntents.retrieve(intentId);
      return metadata['order_id'];
    } catch (error) {
      if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode === 404)
        return undefined;
      return throwFault(error);
    }
  }

  async nextAction(intentId: string): Promise<NextAction | undefined> {
    const intent = await this.retrieve(intentId);
    if (intent.status !== 'requires_action') return undefined;
    return {
      url: intent.next_action?.redirect_to_url?.url ?? undefined,
      clientSecret: intent.client_secret ?? undefined,
    };
  }

  parseWebhook({ body, headers }: Webhook, now: Date): Result<ProviderEvent, InvalidWebhook> {
    const refusal = whyNotGenuine(this.settings.webhookSecret, headers[SIGNATURE_HEADER], body, now);
    return refusal ? fail(refusal) : readProviderEvent(body);
  }

  private async command(
    kind: Exclude<Operation['kind'], 'REFUND'>,
    intentId: string,
    call: () => Promise<Stripe.PaymentIntent>,
  ): Promise<Reply> {
    try {
      const intent = await call();
      return known(replyOf(kind, intent), `intent is ${intent.status} after ${kind}`);
    } catch (error) {
      const refusal = refusalOf(error) ?? throwFault(error);
      const isTry = kind === 'AUTHORIZE';
      if (isDecline(error) || (isTry && !isUnexpectedState(error))) return refusal;
      // A try that Stripe finds wrong is over: the buyer makes another. A capture or a void is not: by a mistake in a
      // request or in the settings an order would lose its tickets, or a buyer the money. Only the intent ends these.
      const reply = replyOf(kind, await this.retrieve(intentId));
      return reply ?? (isTry ? refusal : known(reply, `${kind} is refused as ${refusal.code}`));
    }
  }

  private retrieve(intentId: string): Promise<Stripe.PaymentIntent> {
    return this.stripe.paymentIntents.retrieve(intentId).catch(throwFault);
  }

  private async askForRefund(intentId: string, key: string): Promise<Reply | undefined> {
    const ofIntent = { payment_intent: intentId, limit: MAX_REFUNDS };
    const { data } = await this.stripe.refunds.list(ofIntent).catch(throwFault);
    const refund = data.find(({ metadata }) => metadata?.['operation'] === key);
    return refund && refundReplyOf(refund);
  }
}

/** @throws when Stripe says what it does not document: the outcome is open, and is asked for again */
function known(reply: Reply | undefined, what: string): Reply {
  if (!reply) throw new Error(`Stripe answered what is not understood: ${what}`);
  return reply;
}
