import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, within } from '#kernel';
import { disputeTransaction, reinstatementTransaction } from '../../ledger/domain/transaction.ts';
import { LedgerRepository } from '../../ledger/infrastructure/ledger.repository.ts';
import { noteDisputes } from '../domain/note-disputes.ts';
import type { Payment } from '../domain/payment.ts';
import { PaymentsRepository } from '../infrastructure/payments.repository.ts';
import { PaymentProviders } from './payment-providers.ts';

/** A webhook waits for it. */
const PATIENCE_MS = 4_000;
/** Times that what was heard is noted anew because someone else wrote in between. */
const ATTEMPTS = 5;

/**
 * Books what banks have taken from the provider in disputes about a payment, and given again, as the provider tells it:
 * each once. Nothing else is done about a dispute.
 */
@Injectable()
export class BookDisputes {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly ledger: LedgerRepository,
    private readonly providers: PaymentProviders,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws when it cannot be done now, so that the webhook comes again */
  async execute(payment: Payment): Promise<void> {
    const { orderId, intentId } = payment;
    if (intentId === undefined) return;
    const disputes = await within(PATIENCE_MS, this.providers.of(payment).disputesOf(intentId));
    const now = this.clock.now();
    for (const dispute of disputes) {
      await this.ledger.book(disputeTransaction({ ...payment, ...dispute }, now));
      if (dispute.isReinstated)
        await this.ledger.book(reinstatementTransaction({ ...payment, ...dispute }, now));
    }
    let before: Payment | undefined = payment;
    for (let attempt = 1; before && attempt <= ATTEMPTS; attempt++) {
      const noted = noteDisputes(before, disputes);
      if (!noted || (await this.payments.save(before, noted))) return;
      before = await this.payments.find(orderId);
    }
    throw new Error(`the payment of order ${orderId} cannot be changed just now`);
  }
}
