import { z } from 'zod';
import { fail, ok, type Result } from '#kernel';
import { InvalidWebhook } from './failures.ts';
import type { ProviderEvent } from './webhook.ts';

const text = z.string().min(1).max(255);

/** A name that one of our payments could have; whatever else stands there is of something else. */
const ofOurs = text.optional().catch(undefined);

/**
 * Of Stripe's event (docs.stripe.com/api/events/object) what is read here; the test provider sends the same form. What it
 * is about may be anything that happens in the provider's account: a balance has no id, and other software writes
 * metadata of its own.
 */
const event = z.object({
  id: text,
  object: z.literal('event'),
  type: text,
  data: z.object({
    object: z.object({
      id: ofOurs,
      object: ofOurs,
      /** Of a charge or a refund: the payment that it belongs to. */
      payment_intent: ofOurs,
      metadata: z.object({ order_id: ofOurs, operation: ofOurs }).optional().catch(undefined),
    }),
  }),
});

export function readProviderEvent(body: Buffer): Result<ProviderEvent, InvalidWebhook> {
  const parsed = event.safeParse(jsonOf(body));
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') || 'body';
    return fail(new InvalidWebhook(`The body is not an event as the provider documents it: see ${where}.`));
  }
  const { id: eventId, type, data } = parsed.data;
  const { id, object, payment_intent: ofIntent, metadata } = data.object;
  const intentId = object === 'payment_intent' ? id : ofIntent;
  return ok({ eventId, type, intentId, orderId: metadata?.order_id, operationKey: metadata?.operation });
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
