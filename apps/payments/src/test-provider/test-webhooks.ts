import { Inject, Injectable } from '@nestjs/common';
import { fail, type Result } from '#kernel';
import { PAYMENTS_CONFIG, type PaymentsConfig } from '../config.ts';
import type { InvalidWebhook } from '../webhooks/domain/failures.ts';
import { readProviderEvent } from '../webhooks/domain/provider-event.ts';
import { signWebhook, whyNotGenuine } from '../webhooks/domain/signature.ts';
import type { ProviderEvent, Webhook } from '../webhooks/domain/webhook.ts';
import type { AnnouncedEvent, IntentDocument } from './intent-book.ts';

export const SIGNATURE_HEADER = 'test-provider-signature';

/** Webhooks of the test provider, in Stripe's form and under Stripe's scheme: written, and read. */
@Injectable()
export class TestWebhooks {
  constructor(@Inject(PAYMENTS_CONFIG) private readonly config: PaymentsConfig) {}

  write(
    event: AnnouncedEvent,
    intent: Pick<IntentDocument, '_id' | 'orderId'>,
    now: Date,
  ): { body: Buffer; headers: Record<string, string> } {
    const { id, type, at } = event;
    const object = objectOf(event, intent);
    const created = Math.floor(at.getTime() / 1_000);
    const body = Buffer.from(JSON.stringify({ id, object: 'event', created, type, data: { object } }));
    const signature = signWebhook(this.config.TEST_PROVIDER_KEY, body, now);
    return { body, headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature } };
  }

  parse({ body, headers }: Webhook, now: Date): Result<ProviderEvent, InvalidWebhook> {
    const refusal = whyNotGenuine(this.config.TEST_PROVIDER_KEY, headers[SIGNATURE_HEADER], body, now);
    return refusal ? fail(refusal) : readProviderEvent(body);
  }
}

/** What an event is about, in Stripe's form. A dispute does not know our order. */
function objectOf(
  { id, refundKey: operation, disputeId }: AnnouncedEvent,
  { _id: intentId, orderId }: Pick<IntentDocument, '_id' | 'orderId'>,
): object {
  if (disputeId !== undefined) return { id: disputeId, object: 'dispute', payment_intent: intentId };
  if (operation === undefined)
    return { id: intentId, object: 'payment_intent', metadata: { order_id: orderId } };
  const metadata = { order_id: orderId, operation };
  return { id: `re_${id}`, object: 'refund', payment_intent: intentId, metadata };
}
