import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { type BusyPayment, isBusy, type Payment, settle } from '../domain/payment.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';
import { PaymentsRepository } from '../infrastructure/payments.repository.ts';
import { CarryOutOperation } from './carry-out-operation.ts';

/** Times that a decision is made anew because someone else wrote in between. */
const ATTEMPTS = 3;

interface Settled {
  /** As it is stored now; undefined when the order has none. */
  readonly payment: Payment | undefined;
  /**
   * The payment again, when the caller is the one to carry its operation out: see `finish`. That is also who has noted
   * that a refund waits behind somebody else's operation: with the same key, doing it again does nothing twice.
   */
  readonly begun?: BusyPayment;
  /** Something is to be done that could not be written down. Unless the payment is due, nobody else will. */
  readonly isUndone?: true;
}

/**
 * Does with an order's payment what the order's state asks for: captures, voids, or ends it. Asked when an order's
 * state is told, when an authorization is recorded, and by the sweep; it may be asked at any time, any number of times.
 */
@Injectable()
export class SettlePayment {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly orders: OrdersRepository,
    private readonly carryOut: CarryOutOperation,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Decides, and writes down what is to be done. `known`: the payment, if it was read or written a moment ago. */
  async begin(orderId: string, known?: Payment): Promise<Settled> {
    for (let attempt = 1; ; attempt++) {
      const [payment, order] = await Promise.all([
        attempt === 1 && known ? known : this.payments.find(orderId),
        this.orders.find(orderId),
      ]);
      const next = payment && order && settle(payment, order, this.clock.now());
      if (!next) return { payment };
      if (attempt > ATTEMPTS) return { payment, isUndone: true };
      if (await this.payments.save(payment, next))
        return { payment: next, begun: isBusy(next) ? next : undefined };
    }
  }

  /**
   * Carries out the payment's operation, and after it what the order's state asks for by then. Gives the payment as it
   * is stored at the end. An outcome that the provider leaves open stays for the sweep.
   */
  async finish(payment: BusyPayment, { again } = { again: false }): Promise<Payment> {
    const done = await this.carryOut.execute(payment, { again });
    if (!done) return payment;
    return this.goOn(done.payment);
  }

  /** Takes a payment as far as its order's state asks for, unless an operation of someone else's is under way. */
  async goOn(payment: Payment): Promise<Payment> {
    const settled = await this.begin(payment.orderId, payment);
    return settled.begun ? this.finish(settled.begun) : (settled.payment ?? payment);
  }
}
