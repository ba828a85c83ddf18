import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { LocalServer } from '#testing';

type Answer = { status: number; body: object };
type Fields = Record<string, string>;

const failed = (status: number, error: object): Answer => ({ status, body: { error } });
const invalid = (code: string, more: object = {}): Answer =>
  failed(400, { type: 'invalid_request_error', code, message: code, ...more });
/** Errors about an intent carry all of it (docs.stripe.com/api/errors): its client secret, too. */
const broken = (intent: object | undefined): Answer =>
  failed(500, { type: 'api_error', message: 'An unknown error occurred', payment_intent: intent });

export const WEBHOOK_SECRET = 'whsec_canned';

/**
 * As much of Stripe's API as the provider uses, with Stripe's documented answers and its idempotency: a key that was
 * answered gets the same answer again. Payment methods are Stripe's own for tests.
 */
export class CannedStripe {
  readonly intents = new Map<string, Record<string, any>>();
  readonly refunds: Record<string, any>[] = [];
  readonly disputes: Record<string, any>[] = [];
  /** `POST /v1/payment_intents`, …: what was carried out, which repeats are not. */
  readonly calls: string[] = [];
  /** The answers to calls of a path that ends like this do not come, although they are carried out. */
  loses: string | undefined;
  /** The next call of a path that ends like this fails by a fault of Stripe's, which is remembered as any other answer. */
  breaksOnce: string | undefined;
  /** Banks refuse what they have authorized; what is reserved stays so. */
  declinesCaptures = false;
  private readonly answered = new Map<string, Answer>();

  private constructor(private readonly server: LocalServer) {}

  static async start(): Promise<CannedStripe> {
    const server = await LocalServer.start((request, response) => {
      stripe.serve(request, response).catch(() => response.destroy());
    });
    const stripe = new CannedStripe(server);
    return stripe;
  }

  get url(): string {
    return this.server.url;
  }

  /** What makes the service take this for Stripe. */
  get settings() {
    return {
      PAYMENT_PROVIDER: 'stripe',
      STRIPE_SECRET_KEY: 'sk_test_canned',
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      STRIPE_PUBLISHABLE_KEY: 'pk_test_canned',
      STRIPE_API_BASE: this.url,
    } as const;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** As Stripe may do after a day: a key that comes again is new. */
  forgetKeys(): void {
    this.answered.clear();
  }

  /** The buyer answers the bank's question. */
  answerChallenge(orderId: string, isApproved: boolean): void {
    const intent = this.intentOf(orderId);
    if (isApproved) intent['status'] = 'requires_capture';
    else
      Object.assign(intent, {
        status: 'requires_payment_method',
        last_payment_error: { type: 'invalid_request_error', code: 'payment_intent_authentication_failure' },
      });
    intent['next_action'] = null;
  }

  intentOf(orderId: string): Record<string, any> {
    const intent = [...this.intents.values()].find(({ metadata }) => metadata.order_id === orderId);
    if (!intent) throw new Error(`no intent of order ${orderId}`);
    return intent;
  }

  /** A bank disputes all of the order's payment; no money has moved yet. */
  dispute(orderId: string): Record<string, any> {
    const { id, amount, currency } = this.intentOf(orderId);
    const dispute = {
      id: `dp_${this.disputes.length + 1}`,
      object: 'dispute',
      amount,
      currency,
      payment_intent: id,
      balance_transactions: [],
    };
    this.disputes.push(dispute);
    return dispute;
  }

  /** The bank sends back what was paid for the key: the money is in Stripe's balance again. */
  sendBack(key: string, why = 'expired_or_canceled_card'): void {
    const refund = this.refundOf(key);
    Object.assign(refund, { status: 'failed', failure_reason: why });
  }

  refundOf(key: string): Record<string, any> {
    const refund = this.refunds.find(({ metadata }) => metadata.operation === key);
    if (!refund) throw new Error(`no refund of key ${key}`);
    return refund;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', this.url);
    const fields = Object.fromEntries(new URLSearchParams(await text(request)));
    const key = request.headers['idempotency-key'];
    if (request.headers.authorization !== 'Bearer sk_test_canned')
      return send(response, failed(401, { type: 'invalid_request_error', message: 'No such API key' }));
    const known = typeof key === 'string' ? this.answered.get(key) : undefined;
    if (!known) this.calls.push(`${request.method} ${pathname}`);
    const answer = structuredClone(
      known ?? (request.method === 'GET' ? this.get(pathname, searchParams) : this.post(pathname, fields)),
    );
    if (typeof key === 'string') this.answered.set(key, answer);
    const isLost = request.method === 'POST' && this.loses !== undefined && pathname.endsWith(this.loses);
    if (isLost) response.destroy();
    else send(response, answer);
  }

  private get(path: string, query: URLSearchParams): Answer {
    if (path === '/v1/refunds' || path === '/v1/disputes') {
      const list = path === '/v1/refunds' ? this.refunds : this.disputes;
      const data = list.filter(({ payment_intent: id }) => id === query.get('payment_intent'));
      return { status: 200, body: { object: 'list', data, has_more: false } };
    }
    const intent = this.intents.get(path.split('/')[3] ?? '');
    return intent
      ? { status: 200, body: intent }
      : failed(404, { type: 'invalid_request_error', code: 'resource_missing' });
  }

  private post(path: string, fields: Fields): Answer {
    const [, , what, id = '', command] = path.split('/');
    if (this.breaksOnce !== undefined && path.endsWith(this.breaksOnce)) {
      this.breaksOnce = undefined;
      return broken(this.intents.get(id));
    }
    if (what === 'refunds') return this.refund(fields);
    if (command === undefined) return this.create(fields);
    const intent = this.intents.get(id);
    if (!intent)
      return failed(404, { type: 'invalid_request_error', code: 'resource_missing', param: 'intent' });
    switch (command) {
      case 'confirm':
        return this.confirm(intent, fields);
      case 'capture':
        if (this.declinesCaptures) return failed(402, { type: 'card_error', code: 'card_declined' });
        return this.move(intent, ['requires_capture'], 'succeeded', { amount_received: intent['amount'] });
      case 'cancel':
        return this.move(
          intent,
          ['requires_payment_method', 'requires_action', 'requires_capture'],
          'canceled',
        );
      default:
        return failed(404, { type: 'invalid_request_error' });
    }
  }

  private create(fields: Fields): Answer {
    if (Number(fields['amount']) < 50) return invalid('amount_too_small', { param: 'amount' });
    const id = `pi_${this.intents.size + 1}`;
    const intent = {
      id,
      object: 'payment_intent',
      amount: Number(fields['amount']),
      amount_received: 0,
      currency: fields['currency'],
      capture_method: fields['capture_method'],
      client_secret: `${id}_secret_x`,
      metadata: { order_id: fields['metadata[order_id]'] },
      status: 'requires_payment_method',
      last_payment_error: null,
      next_action: null,
    };
    this.intents.set(id, intent);
    return { status: 200, body: intent };
  }

  private confirm(intent: Record<string, any>, fields: Fields): Answer {
    const decline = (code: string, more: object): Answer => {
      intent['last_payment_error'] = { type: 'card_error', code, ...more };
      return failed(402, { type: 'card_error', code, message: 'declined', ...more, payment_intent: intent });
    };
    if (!['requires_payment_method', 'requires_action'].includes(intent['status']))
      return invalid('payment_intent_unexpected_state', { payment_intent: intent });
    switch (fields['payment_method']) {
      case 'pm_card_visa':
        return this.move(intent, [intent['status']], 'requires_capture');
      case 'pm_card_authenticationRequired':
        intent['next_action'] = {
          type: 'redirect_to_url',
          redirect_to_url: { url: 'https://hooks.stripe.com/3d', return_url: fields['return_url'] },
        };
        return this.move(intent, [intent['status']], 'requires_action');
      case 'pm_card_visa_chargeDeclined':
        return decline('card_declined', { decline_code: 'generic_decline' });
      case 'pm_card_visa_chargeDeclinedInsufficientFunds':
        return decline('card_declined', { decline_code: 'insufficient_funds' });
      // Stripe gives these no decline code (docs.stripe.com/testing#declined-payments).
      case 'pm_card_chargeDeclinedExpiredCard':
        return decline('expired_card', {});
      case 'pm_card_stolen':
        return decline('card_declined', { decline_code: 'stolen_card' });
      case 'pm_rate_limited':
        return failed(429, { type: 'invalid_request_error', code: 'rate_limit' });
      case 'pm_broken':
        return broken(intent);
      default:
        return invalid('resource_missing', { param: 'payment_method' });
    }
  }

  private move(intent: Record<string, any>, from: string[], to: string, more: object = {}): Answer {
    if (!from.includes(intent['status']))
      return invalid('payment_intent_unexpected_state', { payment_intent: intent });
    Object.assign(intent, more, { status: to });
    return { status: 200, body: intent };
  }

  private refund(fields: Fields): Answer {
    const intent = this.intents.get(fields['payment_intent'] ?? '');
    const amount = Number(fields['amount']);
    const before = this.refunds.filter(({ payment_intent: id }) => id === intent?.['id']);
    const paid = before.filter(({ status }) => status !== 'failed');
    const left = (intent?.['amount'] ?? 0) - paid.reduce((sum, one) => sum + one['amount'], 0);
    if (intent?.['status'] !== 'succeeded' || amount > left) return invalid('charge_already_refunded');
    const metadata = { operation: fields['metadata[operation]'], order_id: fields['metadata[order_id]'] };
    const refund = {
      id: `re_${this.refunds.length + 1}`,
      object: 'refund',
      amount,
      payment_intent: intent['id'],
      metadata,
      status: 'succeeded',
    };
    this.refunds.push(refund);
    return { status: 200, body: refund };
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
