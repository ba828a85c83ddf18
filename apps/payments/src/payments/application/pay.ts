import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  CLOCK,
  type Clock,
  fail,
  IDS,
  type IdSource,
  InvalidInput,
  NotPermitted,
  type NotSignedIn,
  ok,
  parseInput,
  type Result,
  RetryLater,
  WrongState,
} from '#kernel';
import { type PaymentClaims, readPaymentToken, requireViewer, type Viewer } from '#security';
import { PAYMENTS_CONFIG, type PaymentsConfig } from '../../config.ts';
import { isChallenged } from '../domain/challenge.ts';
import { PaymentDeclined, type PaymentExpired } from '../domain/failures.ts';
import { INVALID_METHOD, type Reply } from '../domain/operation.ts';
import { beginTry, type BusyPayment, isPaid, openPayment, type Payment } from '../domain/payment.ts';
import { whyNotPayable } from '../domain/why-not-payable.ts';
import { OrdersRepository } from '../infrastructure/orders.repository.ts';
import { PaymentsRepository } from '../infrastructure/payments.repository.ts';
import { CarryOutOperation } from './carry-out-operation.ts';
import { PAYMENT_PROVIDER, type PaymentProvider } from './payment-provider.ts';
import { SettlePayment } from './settle-payment.ts';

const payInput = z.object({
  paymentToken: z.string().min(1).max(2_000),
  method: z.string().trim().min(1).max(200),
});

export type PayFailure =
  InvalidInput | NotSignedIn | NotPermitted | PaymentDeclined | PaymentExpired | WrongState | RetryLater;

/**
 * Authorizes the payment of an order. The token stands in for the order, so that the buyer need not wait for its fact.
 * Repeated after a success, or while the buyer is to approve, it gives the same payment; of two at once one authorizes,
 * the other is told to come again.
 */
@Injectable()
export class Pay {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly orders: OrdersRepository,
    private readonly carryOut: CarryOutOperation,
    private readonly settle: SettlePayment,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider,
    @Inject(PAYMENTS_CONFIG) private readonly config: PaymentsConfig,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  async execute(viewer: Viewer | undefined, input: unknown): Promise<Result<Payment, PayFailure>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    const parsed = parseInput(payInput, input);
    if (!parsed.ok) return parsed;
    const read = readPaymentToken(this.config.PAYMENT_TOKEN_KEY, parsed.value.paymentToken);
    if (!read.ok) return read;
    if (read.value.buyerId !== signedIn.value.userId) {
      return fail(new NotPermitted('The order is to be paid by the account that placed it.'));
    }
    return this.pay(read.value, parsed.value.method);
  }

  /** Most orders are paid by one try, so it is begun before anything is read: the primary key tells the others. */
  private async pay(claims: PaymentClaims, method: string): Promise<Result<Payment, PayFailure>> {
    const now = this.clock.now();
    const opened = this.open(claims, now);
    const isTooLate = whyNotPayable(opened, undefined, now) !== undefined;
    const first = isTooLate ? undefined : await this.payFirst(opened, method, now);
    return first ?? this.payAgain(opened, method, now);
  }

  /**
   * Undefined when the order has a payment already. That the order has ended is found out before the provider is called:
   * then the payment is taken back, as if there had never been one. Should the process die before it is, the sweep goes on
   * with the try, like with any that was begun while the order ended.
   */
  private async payFirst(
    opened: Payment,
    method: string,
    now: Date,
  ): Promise<Result<Payment, PayFailure> | undefined> {
    const begun = beginTry(opened, method, now);
    const [isFirst, order] = await Promise.all([this.payments.add(begun), this.orders.find(opened.orderId)]);
    if (!isFirst) return undefined;
    const refusal = whyNotPayable(opened, order, now);
    if (!refusal) return this.finish(begun);
    return fail((await this.payments.takeBack(begun)) ? refusal : underWay());
  }

  private async payAgain(opened: Payment, method: string, now: Date): Promise<Result<Payment, PayFailure>> {
    const { orderId } = opened;
    const [stored, order] = await Promise.all([this.payments.find(orderId), this.orders.find(orderId)]);
    if (stored && (isPaid(stored) || isChallenged(stored))) return ok(stored);
    const refusal = whyNotPayable(stored ?? opened, order, now);
    if (refusal) return fail(refusal);
    // Without one, somebody else's first try was taken back just now.
    const begun = stored && beginTry(stored, method, now);
    return begun && (await this.payments.save(stored, begun)) ? this.finish(begun) : fail(underWay());
  }

  private open({ orderId, eventId, buyerId, amount, currency, payBy }: PaymentClaims, now: Date): Payment {
    const payable = { orderId, eventId, buyerId, payBy, amount: { amount, currency } };
    return openPayment(payable, this.ids.uuid(), this.provider.name, now);
  }

  private async finish(begun: BusyPayment): Promise<Result<Payment, PayFailure>> {
    const done = await this.carryOut.execute(begun, { again: false });
    if (!done) return fail(new RetryLater('The payment provider has not answered yet: ask again.'));
    // The order may have ended while the provider was asked, and its fact found nothing to void: look at it now.
    return answerTo(done.reply, await this.settle.goOn(done.payment));
  }
}

function underWay(): RetryLater {
  return new RetryLater('Another try to pay this order is under way.');
}

function answerTo(reply: Reply, payment: Payment): Result<Payment, PayFailure> {
  if (reply.result === 'REFUSED') {
    return reply.code === INVALID_METHOD
      ? fail(new InvalidInput('method', `method: the provider ${payment.provider} knows no such method.`))
      : fail(new PaymentDeclined(reply.code));
  }
  if (isPaid(payment) || isChallenged(payment)) return ok(payment);
  if (payment.state === 'PENDING' && payment.operation?.kind !== 'VOID')
    return fail(new RetryLater('The payment provider has not decided yet: ask for the payment again.'));
  return fail(new WrongState(payment.state, 'The order ended before it was paid. Nothing was charged.'));
}
