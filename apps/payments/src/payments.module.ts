import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { paymentsPayments, ticketsOrders } from '#contracts';
import { subgraphModule } from '#graphql';
import { MessagingModule } from '#messaging';
import { MongoModule } from '#persistence';
import { CoreModule } from '#service';
import { PAYMENTS_CONFIG, type PaymentsConfig, stripeKeys } from './config.ts';
import { ReadBalances } from './ledger/application/read-balances.ts';
import { LedgerRepository } from './ledger/infrastructure/ledger.repository.ts';
import { BalancesResolver } from './ledger/transport/balances.resolver.ts';
import { AskAboutDoubts } from './payments/application/ask-about-doubts.ts';
import { BookDisputes } from './payments/application/book-disputes.ts';
import { CarryOutOperation } from './payments/application/carry-out-operation.ts';
import { DoubtRefund } from './payments/application/doubt-refund.ts';
import { FindNextAction } from './payments/application/find-next-action.ts';
import { LookAtPayment } from './payments/application/look-at-payment.ts';
import { Pay } from './payments/application/pay.ts';
import { PAYMENT_PROVIDER } from './payments/application/payment-provider.ts';
import { PaymentProviders } from './payments/application/payment-providers.ts';
import { SettlePayment } from './payments/application/settle-payment.ts';
import { Slots } from './payments/application/slots.ts';
import { SweepPayments } from './payments/application/sweep-payments.ts';
import { OrdersRepository } from './payments/infrastructure/orders.repository.ts';
import { PaymentsRepository } from './payments/infrastructure/payments.repository.ts';
import { OrderFactsConsumer } from './payments/transport/order-facts.consumer.ts';
import { OrderPaymentResolver, PaymentsResolver } from './payments/transport/payments.resolver.ts';
import { SweepTimer } from './payments/transport/sweep.timer.ts';
import { StripeProvider } from './stripe/stripe-provider.ts';
import { BackOfficeTimer } from './test-provider/back-office.timer.ts';
import { Challenges } from './test-provider/challenges.ts';
import { ChallengesRoutes } from './test-provider/challenges.routes.ts';
import { Decisions } from './test-provider/decisions.ts';
import { IntentBook } from './test-provider/intent-book.ts';
import { OwnAddress } from './test-provider/own-address.ts';
import { TestProvider } from './test-provider/test-provider.ts';
import { TestWebhooks } from './test-provider/test-webhooks.ts';
import { TakeWebhook } from './webhooks/application/take-webhook.ts';
import { WebhookEventsRepository } from './webhooks/infrastructure/webhook-events.repository.ts';
import { WebhooksRoutes } from './webhooks/transport/webhooks.routes.ts';

const testProvider = [
  IntentBook,
  OwnAddress,
  Challenges,
  ChallengesRoutes,
  TestWebhooks,
  Decisions,
  BackOfficeTimer,
  TestProvider,
];

/** @throws InvalidEnvironment */
function providersOf(config: PaymentsConfig, test: TestProvider): PaymentProviders {
  const keys = stripeKeys(config);
  if (!keys) return new PaymentProviders([test], test);
  const { PUBLIC_URL, HOST, PORT, STRIPE_API_BASE } = config;
  const returnUrl = PUBLIC_URL ?? `http://${HOST}:${PORT}`;
  const stripe = new StripeProvider({ ...keys, apiBase: new URL(STRIPE_API_BASE), returnUrl });
  return new PaymentProviders([test, stripe], config.PAYMENT_PROVIDER === 'stripe' ? stripe : test);
}

@Module({})
export class PaymentsModule {
  static forRoot(config: PaymentsConfig): DynamicModule {
    return {
      module: PaymentsModule,
      imports: [
        CoreModule.forService('payments', config),
        MongoModule.forService('payments', config),
        MessagingModule.forService('payments', config, [paymentsPayments, ticketsOrders]),
        subgraphModule({ schemaFile: join(import.meta.dirname, 'schema.graphql') }),
      ],
      providers: [
        { provide: PAYMENTS_CONFIG, useValue: config },
        ...testProvider,
        {
          provide: PaymentProviders,
          inject: [TestProvider],
          useFactory: (test: TestProvider) => providersOf(config, test),
        },
        {
          provide: PAYMENT_PROVIDER,
          inject: [PaymentProviders],
          useFactory: ({ current }: PaymentProviders) => current,
        },
        PaymentsRepository,
        OrdersRepository,
        LedgerRepository,
        Slots,
        CarryOutOperation,
        SettlePayment,
        Pay,
        FindNextAction,
        AskAboutDoubts,
        DoubtRefund,
        BookDisputes,
        LookAtPayment,
        SweepPayments,
        OrderFactsConsumer,
        SweepTimer,
        PaymentsResolver,
        OrderPaymentResolver,
        ReadBalances,
        BalancesResolver,
        TakeWebhook,
        WebhookEventsRepository,
        WebhooksRoutes,
      ],
    };
  }
}
