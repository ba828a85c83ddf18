import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import type { Payment } from '../domain/payment.ts';
import { doubtRefund } from '../domain/refund-doubts.ts';
import { PaymentsRepository } from '../infrastructure/payments.repository.ts';

/** Times that a doubt is written anew because someone else wrote in between. */
const ATTEMPTS = 5;

/** Writes down that a refund may have come back, so that nobody forgets to ask the provider about it. */
@Injectable()
export class DoubtRefund {
  constructor(
    private readonly payments: PaymentsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The payment with its doubt, as it is stored; undefined when there is nothing to doubt.
   * @throws when it could not be written down
   */
  async execute(payment: Payment, refundId: string): Promise<Payment | undefined> {
    let before: Payment | undefined = payment;
    for (let attempt = 1; before && attempt <= ATTEMPTS; attempt++) {
      const doubted = doubtRefund(before, refundId, this.clock.now());
      if (!doubted || (await this.payments.save(before, doubted))) return doubted;
      before = await this.payments.find(payment.orderId);
    }
    throw new Error(`the payment of order ${payment.orderId} cannot be changed just now`);
  }
}
