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
import { Pay } from '../application/pay.ts';
import { paidBack, type Payment } from '../domain/payment.ts';
import { PaymentsRepository } from '../infrastructure/payments.repository.ts';

@Resolver('Payment')
export class PaymentsResolver {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly pay: Pay,
  ) {}

  @Query('payment')
  async payment(
    @Args('orderId') orderId: string,
    @Context() context: GraphContext,
  ): Promise<object | undefined> {
    return visiblePayment(this.payments, orderId, context);
  }

  @Mutation('pay')
  async payOrder(@Args('input') input: unknown, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('Payment', await this.pay.execute(viewer, input), toGraph);
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
  payment(@Parent() order: { id: string }, @Context() context: GraphContext): Promise<object | undefined> {
    return visiblePayment(this.payments, order.id, context);
  }
}

/** Only the buyer sees a payment. */
async function visiblePayment(
  payments: PaymentsRepository,
  orderId: string,
  { viewer, loaders }: GraphContext,
): Promise<object | undefined> {
  if (!viewer) return undefined;
  const payment = await loaders.load(payments.findMany, orderId);
  return payment?.buyerId === viewer.userId ? toGraph(payment) : undefined;
}

function toGraph(payment: Payment): object {
  const { paymentId, orderId, state, amount, provider, failureCode, refunds, updatedAt } = payment;
  const refunded = moneyToGraph({ amount: paidBack(refunds), currency: amount.currency });
  return {
    id: paymentId,
    state,
    amount: moneyToGraph(amount),
    refunded,
    provider,
    failureCode,
    order: { id: orderId },
    updatedAt,
  };
}
