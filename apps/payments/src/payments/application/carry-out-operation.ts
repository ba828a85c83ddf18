import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { counter, LOGGER, type Logger } from '#observability';
import { captureTransaction, refundTransaction } from '../../ledger/domain/transaction.ts';
import { LedgerRepository } from '../../ledger/infrastructure/ledger.repository.ts';
import type { Operation, Outcome } from '../domain/operation.ts';
import { type BusyPayment, FIRST_LOOK_MS, type Payment, record } from '../domain/payment.ts';
import { PaymentsRepository } from '../infrastructure/payments.repository.ts';
import { PAYMENT_PROVIDER, type PaymentProvider } from './payment-provider.ts';
import { within } from './within.ts';

/** Shorter than the time after which the sweep asks, so that seldom two ask at once; it would do no harm. */
const PROVIDER_PATIENCE_MS = FIRST_LOOK_MS - 1_000;

const outcomes = counter('tessera_payment_operations_total', 'Operations with a known outcome', [
  'kind',
  'outcome',
]);

export interface CarriedOut {
  /** As it is stored now. */
  readonly payment: Payment;
  readonly outcome: Outcome;
}

/**
 * The middle and the end of "write the intent → call the provider → write the outcome"; the intent is on the payment.
 * Undefined when the provider did not say what became of it: the operation stays, and the sweep asks again.
 */
@Injectable()
export class CarryOutOperation {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly ledger: LedgerRepository,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** `again`: someone may have called the provider before and died, so it is asked first. */
  async execute(payment: BusyPayment, { again }: { again: boolean }): Promise<CarriedOut | undefined> {
    const called = await this.call(payment, again);
    if (!called) return undefined;
    const { intentId, outcome } = called;
    const { operation } = payment;
    const now = this.clock.now();
    // Booked before it is recorded: while the operation stands, a sweep comes back for what a crash here left undone.
    if (outcome.result === 'DONE') await this.book(payment, now);
    const recorded = record(payment, intentId, outcome, now);
    if (await this.payments.save(payment, recorded)) {
      outcomes.inc({ kind: operation.kind, outcome: outcome.result === 'DONE' ? 'DONE' : outcome.code });
      return { payment: recorded, outcome };
    }
    // Someone else has taken the operation over meanwhile. The provider tells both the same, for the key is the same.
    const stored = await this.payments.find(payment.orderId);
    return stored && { payment: stored, outcome };
  }

  /** What moved money. */
  private async book(payment: BusyPayment, now: Date): Promise<void> {
    const { operation } = payment;
    switch (operation.kind) {
      case 'CAPTURE':
        return this.ledger.book(captureTransaction({ ...payment, ...operation }, now));
      case 'REFUND':
        return this.ledger.book(refundTransaction({ ...payment, ...operation }, now));
      case 'AUTHORIZE':
      case 'VOID':
        return undefined;
    }
  }

  private async call(
    payment: BusyPayment,
    again: boolean,
  ): Promise<{ intentId: string; outcome: Outcome } | undefined> {
    const { orderId, operation } = payment;
    try {
      return await within(PROVIDER_PATIENCE_MS, this.outcomeOf(payment, again));
    } catch (error) {
      this.logger.warn(
        { err: error, orderId, operation: operation.key },
        'the outcome of a provider call is not known',
      );
      return undefined;
    }
  }

  private async outcomeOf(
    payment: BusyPayment,
    again: boolean,
  ): Promise<{ intentId: string; outcome: Outcome }> {
    const { operation, orderId, amount, paymentId } = payment;
    const intentId =
      payment.intentId ?? (await this.provider.createIntent({ key: paymentId, orderId, amount }));
    const request = { intentId, key: operation.key };
    const known = again ? await this.provider.ask(request) : undefined;
    // That the provider knows nothing does not mean that it will not: the first call may still be on its way. To call
    // again with the same key settles it either way; to give the operation up would not.
    return { intentId, outcome: known ?? (await this.command(operation, request)) };
  }

  private command(operation: Operation, request: { intentId: string; key: string }): Promise<Outcome> {
    switch (operation.kind) {
      case 'AUTHORIZE':
        return this.provider.authorize({ ...request, method: operation.method });
      case 'CAPTURE':
        return this.provider.capture(request);
      case 'VOID':
        return this.provider.void(request);
      case 'REFUND':
        return this.provider.refund({ ...request, amount: operation.amount });
    }
  }
}
