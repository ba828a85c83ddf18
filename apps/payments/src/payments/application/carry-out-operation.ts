import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, within } from '#kernel';
import { counter, LOGGER, type Logger } from '#observability';
import { captureTransaction, refundTransaction } from '../../ledger/domain/transaction.ts';
import { LedgerRepository } from '../../ledger/infrastructure/ledger.repository.ts';
import { noteUndecided } from '../domain/challenge.ts';
import type { Outcome, Reply, Undecided } from '../domain/operation.ts';
import { isOverdue, withdrawTry } from '../domain/overdue-try.ts';
import { type BusyPayment, FIRST_LOOK_MS, type Payment, record, withIntent } from '../domain/payment.ts';
import { PaymentsRepository } from '../infrastructure/payments.repository.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { PaymentProviders } from './payment-providers.ts';

/** Shorter than the time after which the sweep asks, so that seldom two ask at once; it would do no harm. */
const PROVIDER_PATIENCE_MS = FIRST_LOOK_MS - 1_000;

/** Times that an outcome is written anew because someone else wrote in between; after that the sweep asks for it. */
const ATTEMPTS = 3;

const outcomes = counter('tessera_payment_operations_total', 'Operations with a known outcome', [
  'kind',
  'outcome',
]);

interface Told {
  /** Undefined when the provider has refused to open one. */
  readonly intentId: string | undefined;
  /** Undefined when it knows nothing of the operation, which is overdue by now. */
  readonly reply: Reply | undefined;
  /** It was found out by asking: somebody has called before. */
  readonly isAsked?: boolean;
}

export interface CarriedOut {
  /** As it is stored now. */
  readonly payment: Payment;
  readonly reply: Reply;
}

/**
 * The middle and the end of "write the intent → call the provider → write the outcome"; the intent is on the payment.
 * Undefined when the provider did not say what became of it: the operation stays, and the sweep asks again. It stays too
 * while the provider is undecided, and what it waits for is noted.
 */
@Injectable()
export class CarryOutOperation {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly ledger: LedgerRepository,
    private readonly providers: PaymentProviders,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** `again`: someone may have called the provider before and died, so it is asked first. */
  async execute(payment: BusyPayment, { again }: { again: boolean }): Promise<CarriedOut | undefined> {
    const called = await this.call(payment, again);
    if (!called) return undefined;
    const { intentId, reply, isAsked } = called;
    if (!reply) return this.withdraw(payment, intentId);
    if (reply.result === 'UNDECIDED') return this.note(payment, intentId, reply);
    if (isAsked && reply.result === 'REFUSED') await this.bookBack(payment);
    return this.record(payment, intentId, reply);
  }

  private async withdraw(
    payment: BusyPayment,
    intentId: string | undefined,
  ): Promise<CarriedOut | undefined> {
    const withdrawn = withdrawTry(payment, intentId, this.clock.now());
    if (!(await this.payments.save(payment, withdrawn))) return undefined;
    return this.execute(withdrawn, { again: false });
  }

  private async note(
    payment: BusyPayment,
    intentId: string | undefined,
    reply: Undecided,
  ): Promise<CarriedOut | undefined> {
    const noted = noteUndecided(payment, intentId, reply);
    if (!noted) return { payment, reply };
    if (await this.payments.save(payment, noted)) return { payment: noted, reply };
    const stored = await this.payments.find(payment.orderId);
    return stored && { payment: stored, reply };
  }

  private async record(
    payment: BusyPayment,
    intentId: string | undefined,
    outcome: Outcome,
  ): Promise<CarriedOut | undefined> {
    const { operation } = payment;
    const now = this.clock.now();
    // Booked before it is recorded: while the operation stands, a sweep comes back for what a crash here left undone.
    if (outcome.result === 'DONE') await this.book(payment, now);
    let before: Payment | undefined = payment;
    for (let attempt = 1; attempt <= ATTEMPTS && before?.operation?.key === operation.key; attempt++) {
      const recorded = record(before, intentId, outcome, now);
      if (await this.payments.save(before, recorded)) {
        outcomes.inc({ kind: operation.kind, outcome: outcome.result === 'DONE' ? 'DONE' : outcome.code });
        return { payment: recorded, reply: outcome };
      }
      // A sweep or a webhook looks at it too. The provider tells all the same, for the key is the same.
      before = await this.payments.find(payment.orderId);
    }
    return before && { payment: before, reply: outcome };
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

  /**
   * Who called before may have been told that the refund is paid, before it came back from the bank, and be about to book
   * it. With its reversal booked beside it the ledger is right, whoever comes first.
   */
  private async bookBack(payment: BusyPayment): Promise<void> {
    const { operation } = payment;
    if (operation.kind !== 'REFUND') return;
    await this.ledger.bookBack({ ...payment, ...operation }, this.clock.now());
  }

  private async call(payment: BusyPayment, again: boolean): Promise<Told | undefined> {
    const { orderId, operation } = payment;
    let { intentId } = payment;
    try {
      const reply = this.replyTo(payment, again, (opened) => (intentId = opened));
      return await within(PROVIDER_PATIENCE_MS, reply);
    } catch (error) {
      this.logger.warn(
        { err: error, orderId, operation: operation.key },
        'the outcome of a provider call is not known',
      );
      // Providers forget keys, after a day or so: by then the intent must be known by its id.
      if (intentId !== payment.intentId) await this.payments.save(payment, withIntent(payment, intentId));
      return undefined;
    }
  }

  private async replyTo(
    payment: BusyPayment,
    again: boolean,
    hasOpened: (intentId: string) => void,
  ): Promise<Told> {
    const { operation, orderId, amount, paymentId } = payment;
    const provider = this.providers.of(payment);
    const opened = payment.intentId ?? (await provider.createIntent({ key: paymentId, orderId, amount }));
    if (typeof opened !== 'string') return { intentId: undefined, reply: opened };
    const intentId = opened;
    hasOpened(intentId);
    const { key, kind, waitsFor } = operation;
    const known = again ? await provider.ask({ intentId, key, kind, waitsFor }) : undefined;
    if (!known && again && isOverdue(payment, this.clock.now())) return { intentId, reply: undefined };
    // That the provider knows nothing does not mean that it will not: the first call may still be on its way. To call
    // again with the same key settles it either way; to forget the operation would not.
    if (known) return { intentId, reply: known, isAsked: true };
    return { intentId, reply: await this.command(provider, payment, intentId) };
  }

  private command(
    provider: PaymentProvider,
    { operation, orderId }: BusyPayment,
    intentId: string,
  ): Promise<Reply> {
    const request = { intentId, key: operation.key };
    switch (operation.kind) {
      case 'AUTHORIZE':
        return provider.authorize({ ...request, method: operation.method });
      case 'CAPTURE':
        return provider.capture(request);
      case 'VOID':
        return provider.void(request);
      case 'REFUND':
        return provider.refund({ ...request, orderId, amount: operation.amount });
    }
  }
}
