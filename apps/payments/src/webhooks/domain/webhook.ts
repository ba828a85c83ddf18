/** A provider's message, as it came. */
export interface Webhook {
  /** Byte by byte: the signature is over these. */
  readonly body: Buffer;
  /** Of the request, by their names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/**
 * What a webhook is about. It is not believed beyond that: what became of a payment is asked of the provider, so that
 * webhooks may come late, twice and in any order.
 */
export interface ProviderEvent {
  /** The provider's; the same when it sends the event again. */
  readonly eventId: string;
  /** The provider's name of what happened, e.g. `payment_intent.canceled`. */
  readonly type: string;
  /** The provider's id of the payment; undefined when the event is of something else. */
  readonly intentId?: string;
  /** As we have told the provider. */
  readonly orderId?: string;
  /** Of a refund that we have asked for: the key that we have asked by. */
  readonly operationKey?: string;
}

/** Of Stripe: a refund, of somebody else's, has come back from the bank; a bank has taken the money, or given it again. */
const MOVES_MONEY_BY_ITSELF = new Set([
  'refund.failed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
]);

/** Money has moved that nobody here has moved: the ledger has it if it is a dispute's. */
export function movesMoneyByItself({ type }: ProviderEvent): boolean {
  return MOVES_MONEY_BY_ITSELF.has(type);
}

/** It names the payment's intent, and no order. */
export function isOfDispute({ type }: ProviderEvent): boolean {
  return type.startsWith('charge.dispute.');
}
