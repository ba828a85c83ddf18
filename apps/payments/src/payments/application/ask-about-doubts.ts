import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, within } from '#kernel';
import { counter, LOGGER, type Logger } from '#observability';
import { LedgerRepository } from '../../ledger/infrastructure/ledger.repository.ts';
import { FIRST_LOOK_MS, type Payment, refundKey, type SettledRefund } from '../domain/payment.ts';
import { doubtedRefund, recordDoubted } from '../domain/refund-doubts.ts';
import type { Reply } from '../domain/operation.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';
import { PaymentsRepository } from '../infrastructure/payments.repository.ts';
import { PaymentProviders } from './payment-providers.ts';

/** Shorter than the time after which the sweep asks. */
const PATIENCE_MS = FIRST_LOOK_MS - 1_000;
/** Refunds asked about, and writes tried anew, in one look; after that the sweep goes on. */
const ROUNDS = 10;

const cameBack = counter(
  'tessera_payment_refunds_back_total',
  'Refunds that came back after they were paid',
  ['provider', 'code'],
);

/**
 * Asks the provider about refunds that are recorded as paid and that it has told something of since. One that it refuses
 * now has come back from the bank: it is taken out of the ledger again by a reversal, and told as a refund that failed.
 */
@Injectable()
export class AskAboutDoubts {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly orders: OrdersRepository,
    private readonly ledger: LedgerRepository,
    private readonly providers: PaymentProviders,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Gives the payment as it is stored then. What the provider does not answer stays for the sweep. */
  async execute(payment: Payment): Promise<Payment> {
    let now = payment;
    for (let round = 1; round <= ROUNDS; round++) {
      const refund = doubtedRefund(now);
      const reply = refund && (await this.ask(now, refund));
      if (!reply) return now;
      now = await this.record(now, refund, reply);
    }
    return now;
  }

  /** Booked before it is recorded: while the doubt stands, a sweep comes back for what a crash here left undone. */
  private async record(before: Payment, refund: SettledRefund, reply: Reply): Promise<Payment> {
    const { refundId } = refund;
    const now = this.clock.now();
    if (reply.result === 'REFUSED') await this.bookBack(before, refund, now);
    const recorded = recordDoubted(before, refundId, reply, now);
    // Somebody else has written meanwhile: it is asked again, of the payment as that one has left it.
    if (!(await this.payments.save(before, recorded)))
      return (await this.payments.find(before.orderId)) ?? before;
    if (reply.result === 'REFUSED') {
      const { orderId, provider } = before;
      cameBack.inc({ provider, code: reply.code });
      this.logger.warn({ orderId, refundId, code: reply.code }, 'a refund came back after it was paid');
    }
    return recorded;
  }

  private async bookBack(payment: Payment, { refundId, amount }: SettledRefund, now: Date): Promise<void> {
    const order = await this.orders.find(payment.orderId);
    if (!order)
      throw new Error(`order ${payment.orderId} is not known, and has asked for refund ${refundId}`);
    const { organizationId } = order;
    await this.ledger.bookBack({ ...payment, refundId, amount, organizationId }, now);
  }

  private async ask(payment: Payment, { refundId }: SettledRefund): Promise<Reply | undefined> {
    const { orderId, intentId } = payment;
    const key = refundKey(payment, refundId);
    try {
      if (intentId === undefined)
        throw new Error(`payment ${payment.paymentId} was refunded without an intent`);
      const provider = this.providers.of(payment);
      const reply = await within(PATIENCE_MS, provider.ask({ intentId, key, kind: 'REFUND' }));
      if (!reply) throw new Error('the provider does not know a refund that it has paid');
      return reply;
    } catch (error) {
      this.logger.warn({ err: error, orderId, refundId }, 'what became of a paid refund is not known');
      return undefined;
    }
  }
}
