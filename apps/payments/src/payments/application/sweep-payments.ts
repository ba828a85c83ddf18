import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { PaymentsRepository } from '../infrastructure/payments.repository.ts';
import { LookAtPayment } from './look-at-payment.ts';
import { Slots } from './slots.ts';

/** Payments looked at in one sweep. */
const BATCH = 100;

/**
 * Looks at the payments that are due: asks the provider about operations without an outcome, and takes on what was
 * decided and not begun. Whatever a killed process left behind goes on here. Any number of instances may sweep.
 */
@Injectable()
export class SweepPayments {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly look: LookAtPayment,
    private readonly slots: Slots,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    const due = await this.payments.findDue(this.clock.now(), BATCH);
    for (const payment of due) await this.slots.start(() => this.look.execute(payment));
  }
}
