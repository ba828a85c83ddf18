import { z } from 'zod';
import { fail, ok, type Result } from '#kernel';
import { InvalidWebhook } from './failures.ts';
import type { ProviderEvent } from './webhook.ts';

const text = z.string().min(1).max(255);

/** Of Stripe's event (docs.stripe.com/api/events/object) what is read here; the test provider sends the same form. */
const event = z.object({
  id: text,
  object: z.literal('event'),
  type: text,
  data: z.object({
    object: z.object({
      id: text,
      object: text,
      /** Of a charge or a refund: the payment that it belongs to. */
      payment_intent: text.nullish(),
      metadata: z.object({ order_id: text.optional() }).nullish(),
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
  const intentId = object === 'payment_intent' ? id : (ofIntent ?? undefined);
  return ok({ eventId, type, intentId, orderId: metadata?.order_id });
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
