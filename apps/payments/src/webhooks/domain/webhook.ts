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
}
