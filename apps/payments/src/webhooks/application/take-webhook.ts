import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, fail, ok, type Result } from '#kernel';
import { counter, LOGGER, type Logger } from '#observability';
import { BookDisputes } from '../../payments/application/book-disputes.ts';
import { DoubtRefund } from '../../payments/application/doubt-refund.ts';
import { LookAtPayment } from '../../payments/application/look-at-payment.ts';
import { PaymentProviders } from '../../payments/application/payment-providers.ts';
import { Slots } from '../../payments/application/slots.ts';
import { isBusy, type Payment } from '../../payments/domain/payment.ts';
import { refundOfKey } from '../../payments/domain/refund-doubts.ts';
import { PaymentsRepository } from '../../payments/infrastructure/payments.repository.ts';
import { type InvalidWebhook, UnknownProvider } from '../domain/failures.ts';
import { isOfDispute, movesMoneyByItself, type ProviderEvent, type Webhook } from '../domain/webhook.ts';
import { type EventResult, WebhookEventsRepository } from '../infrastructure/webhook-events.repository.ts';

const webhooks = counter('tessera_payment_webhooks_total', 'Webhooks of payment providers', [
  'provider',
  'result',
]);

/**
 * Takes what a provider tells. A webhook decides nothing: it makes us ask the provider about the operation that we have
 * no outcome of, sooner than the sweep would, or about a refund that was paid and that nobody would ask about again. The
 * latter is written down before the provider is told that it need not send the webhook again.
 */
@Injectable()
export class TakeWebhook {
  constructor(
    private readonly providers: PaymentProviders,
    private readonly events: WebhookEventsRepository,
    private readonly payments: PaymentsRepository,
    private readonly doubtRefund: DoubtRefund,
    private readonly bookDisputes: BookDisputes,
    private readonly look: LookAtPayment,
    private readonly slots: Slots,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute(
    providerName: string,
    webhook: Webhook,
  ): Promise<Result<EventResult | 'REPEATED', InvalidWebhook | UnknownProvider>> {
    const provider = this.providers.find(providerName);
    if (!provider) return fail(new UnknownProvider());
    const now = this.clock.now();
    const read = provider.parseWebhook(webhook, now);
    if (!read.ok) {
      webhooks.inc({ provider: providerName, result: read.failure.code });
      return read;
    }
    const event = read.value;
    const isNew = await this.events.add(providerName, event, now);
    const result = isNew ? await this.act(providerName, event) : 'REPEATED';
    webhooks.inc({ provider: providerName, result });
    return ok(result);
  }

  private async act(provider: string, event: ProviderEvent): Promise<EventResult> {
    try {
      const result = await this.resultOf(provider, event);
      await this.events.note(provider, event, result);
      return result;
    } catch (error) {
      await this.events.forget(provider, event);
      throw error;
    }
  }

  private async resultOf(provider: string, event: ProviderEvent): Promise<EventResult> {
    const payment = await this.paymentOf(provider, event);
    const refundId = payment && event.operationKey && refundOfKey(payment, event.operationKey);
    const result = payment ? await this.lookAtPayment(payment, refundId) : 'UNKNOWN_PAYMENT';
    if (isOfDispute(event)) {
      if (!payment) return result;
      await this.bookDisputes.execute(payment);
    }
    // What names an order that is not ours is of other software.
    const isOfOthers = !payment && event.orderId !== undefined;
    if (refundId || isOfOthers || !movesMoneyByItself(event)) return result;
    this.logger.error({ provider, ...event }, 'the provider has moved money by itself: somebody must look');
    return 'FOR_PEOPLE';
  }

  private async lookAtPayment(payment: Payment, refundId: string | undefined): Promise<EventResult> {
    const doubted = refundId ? await this.doubtRefund.execute(payment, refundId) : undefined;
    const toLookAt = doubted ?? (isBusy(payment) ? payment : undefined);
    if (!toLookAt) return 'NOTHING_TO_DO';
    await this.slots.start(() => this.look.execute(toLookAt));
    return 'TAKEN';
  }

  private async paymentOf(provider: string, event: ProviderEvent): Promise<Payment | undefined> {
    const { eventId, type, intentId } = event;
    const orderId = event.orderId ?? (await this.orderOfDispute(provider, event));
    const payment = orderId === undefined ? undefined : await this.payments.find(orderId);
    const isOurs =
      payment?.provider === provider && (payment.intentId === undefined || payment.intentId === intentId);
    if (payment && isOurs) return payment;
    this.logger.info({ provider, eventId, type, intentId, orderId }, 'a webhook is of no payment here');
    return undefined;
  }

  private async orderOfDispute(provider: string, event: ProviderEvent): Promise<string | undefined> {
    if (!isOfDispute(event) || event.intentId === undefined) return undefined;
    return this.providers.of({ provider }).orderOf(event.intentId);
  }
}
