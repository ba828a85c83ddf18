import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { isBusy, type Payment, postpone } from '../domain/payment.ts';
import { PaymentsRepository } from '../infrastructure/payments.repository.ts';
import { AskAboutDoubts } from './ask-about-doubts.ts';
import { SettlePayment } from './settle-payment.ts';

/**
 * Takes a payment on that somebody may have left behind: asks the provider about the operation without an outcome and
 * about refunds that may have come back, or begins what was decided and not begun. Of many who look at once, one does.
 */
@Injectable()
export class LookAtPayment {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly settle: SettlePayment,
    private readonly askAboutDoubts: AskAboutDoubts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(payment: Payment): Promise<void> {
    const claimed = postpone(payment, this.clock.now());
    if (!(await this.payments.save(payment, claimed))) return;
    const settled = isBusy(claimed)
      ? await this.settle.finish(claimed, { again: true })
      : await this.settle.goOn(claimed);
    await this.askAboutDoubts.execute(settled);
  }
}
