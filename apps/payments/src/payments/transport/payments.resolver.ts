import { Inject } from '@nestjs/common';
import {
  Args,
  Context,
  Mutation,
  Parent,
  Query,
  ResolveField,
  Resolver,
  ResolveReference,
} from '@nestjs/graphql';
import { answer, type Answer, type GraphContext, moneyToGraph } from '#graphql';
import { PAYMENTS_CONFIG, type PaymentsConfig } from '../../config.ts';
import { FindNextAction } from '../application/find-next-action.ts';
import { Pay } from '../application/pay.ts';
import { type NextAction, PAYMENT_PROVIDER, type PaymentProvider } from '../application/payment-provider.ts';
import { isChallenged } from '../domain/challenge.ts';
import { paidBack, type Payment } from '../domain/payment.ts';
import { PaymentsRepository } from '../infrastructure/payments.repository.ts';

@Resolver('Payment')
export class PaymentsResolver {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly pay: Pay,
    private readonly findNextAction: FindNextAction,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider,
    @Inject(PAYMENTS_CONFIG) private readonly config: PaymentsConfig,
  ) {}

  @Query('payment')
  async payment(
    @Args('orderId') orderId: string,
    @Context() context: GraphContext,
  ): Promise<object | undefined> {
    const payment = await visiblePayment(this.payments, orderId, context);
    return payment && toGraph(payment);
  }

  @Query('paymentProvider')
  paymentProvider(): object {
    const { name } = this.provider;
    return { name, publishableKey: name === 'stripe' ? this.config.STRIPE_PUBLISHABLE_KEY : undefined };
  }

  @Mutation('pay')
  async payOrder(@Args('input') input: unknown, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('Payment', await this.pay.execute(viewer, input), toGraph);
  }

  @ResolveField('nextAction')
  nextAction(@Parent() { payment }: GraphPayment): Promise<NextAction | undefined> {
    return this.findNextAction.execute(payment);
  }
}

@Resolver('Order')
export class OrderPaymentResolver {
  constructor(private readonly payments: PaymentsRepository) {}

  @ResolveReference()
  resolveReference({ id }: { id: string }): { id: string } {
    return { id };
  }

  @ResolveField('payment')
  async payment(
    @Parent() { id }: { id: string },
    @Context() context: GraphContext,
  ): Promise<object | undefined> {
    const payment = await visiblePayment(this.payments, id, context);
    return payment && toGraph(payment);
  }

  /** Asked along with `pay` it stands in the answer already: a purchase is not to cost a look at the payment. */
  @ResolveField('awaitsBuyer')
  async awaitsBuyer(
    @Parent() { id, awaitsBuyer }: { id: string; awaitsBuyer?: boolean },
    @Context() context: GraphContext,
  ): Promise<boolean | undefined> {
    if (awaitsBuyer !== undefined) return awaitsBuyer;
    const payment = await visiblePayment(this.payments, id, context);
    return payment && isChallenged(payment);
  }
}

/** Only the buyer sees a payment. */
async function visiblePayment(
  payments: PaymentsRepository,
  orderId: string,
  { viewer, loaders }: GraphContext,
): Promise<Payment | undefined> {
  if (!viewer) return undefined;
  const payment = await loaders.load(payments.findMany, orderId);
  return payment?.buyerId === viewer.userId ? payment : undefined;
}

/** `payment` is for the fields that are found out only when they are asked for. */
interface GraphPayment {
  readonly payment: Payment;
}

function toGraph(payment: Payment): GraphPayment & object {
  const { paymentId, orderId, amount, provider, failureCode, refunds, updatedAt } = payment;
  const refunded = moneyToGraph({ amount: paidBack(refunds), currency: amount.currency });
  const awaitsBuyer = isChallenged(payment);
  const state = awaitsBuyer ? 'REQUIRES_ACTION' : payment.state;
  const graph = {
    id: paymentId,
    state,
    amount: moneyToGraph(amount),
    refunded,
    provider,
    failureCode,
    order: { id: orderId, awaitsBuyer },
    updatedAt,
  };
  return { ...graph, payment };
}
