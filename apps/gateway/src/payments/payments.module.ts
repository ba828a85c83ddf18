import { type DynamicModule, Module } from '@nestjs/common';
import type { GatewayConfig } from '../config.ts';
import { PaymentsRoutes } from './payments.routes.ts';
import { PaymentsService } from './payments-service.ts';

/** `POST /webhooks/<provider>` and the test provider's challenges, served by the payments service behind the gateway. */
@Module({})
export class PaymentsModule {
  static forRoot({ PAYMENTS_URL, SUBGRAPH_TIMEOUT_MS }: GatewayConfig): DynamicModule {
    return {
      module: PaymentsModule,
      providers: [
        PaymentsRoutes,
        {
          provide: PaymentsService,
          useFactory: () => new PaymentsService(PAYMENTS_URL, SUBGRAPH_TIMEOUT_MS),
        },
      ],
    };
  }
}
