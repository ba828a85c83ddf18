import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { isBusy, type Payment, postpone } from '../domain/payment.ts';
import { PaymentsRepository } from '../infrastructure/payments.repository.ts';
import { SettlePayment } from './settle-payment.ts';
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
    private readonly settle: SettlePayment,
    private readonly slots: Slots,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    const due = await this.payments.findDue(this.clock.now(), BATCH);
    for (const payment of due) await this.slots.start(() => this.look(payment));
  }

  private async look(payment: Payment): Promise<void> {
    const claimed = postpone(payment, this.clock.now());
    if (!(await this.payments.save(payment, claimed))) return;
    if (isBusy(claimed)) await this.settle.finish(claimed, { again: true });
    else await this.settle.goOn(claimed);
  }
}
