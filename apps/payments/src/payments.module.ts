import { join } from 'node:path';
import { type DynamicModule, Module } from '@nestjs/common';
import { paymentsPayments, ticketsOrders } from '#contracts';
import { subgraphModule } from '#graphql';
import { MessagingModule } from '#messaging';
import { MongoModule } from '#persistence';
import { CoreModule } from '#service';
import { PAYMENTS_CONFIG, type PaymentsConfig } from './config.ts';
import { LedgerRepository } from './ledger/infrastructure/ledger.repository.ts';
import { CarryOutOperation } from './payments/application/carry-out-operation.ts';
import { Pay } from './payments/application/pay.ts';
import { PAYMENT_PROVIDER } from './payments/application/payment-provider.ts';
import { SettlePayment } from './payments/application/settle-payment.ts';
import { Slots } from './payments/application/slots.ts';
import { SweepPayments } from './payments/application/sweep-payments.ts';
import { OrdersRepository } from './payments/infrastructure/orders.repository.ts';
import { PaymentsRepository } from './payments/infrastructure/payments.repository.ts';
import { OrderFactsConsumer } from './payments/transport/order-facts.consumer.ts';
import { OrderPaymentResolver, PaymentsResolver } from './payments/transport/payments.resolver.ts';
import { SweepTimer } from './payments/transport/sweep.timer.ts';
import { TestProvider } from './test-provider/test-provider.ts';

@Module({})
export class PaymentsModule {
  static forRoot(config: PaymentsConfig): DynamicModule {
    return {
      module: PaymentsModule,
      imports: [
        CoreModule.forService({
          service: 'payments',
          logLevel: config.LOG_LEVEL,
          jwksUri: `${config.AUTH_URL}/.well-known/jwks.json`,
        }),
        MongoModule.forService('payments', config),
        MessagingModule.forService({
          service: 'payments',
          settings: config,
          topics: [paymentsPayments, ticketsOrders],
        }),
        subgraphModule({ schemaFile: join(import.meta.dirname, 'schema.graphql') }),
      ],
      providers: [
        { provide: PAYMENTS_CONFIG, useValue: config },
        { provide: PAYMENT_PROVIDER, useClass: TestProvider },
        PaymentsRepository,
        OrdersRepository,
        LedgerRepository,
        Slots,
        CarryOutOperation,
        SettlePayment,
        Pay,
        SweepPayments,
        OrderFactsConsumer,
        SweepTimer,
        PaymentsResolver,
        OrderPaymentResolver,
      ],
    };
  }
}
