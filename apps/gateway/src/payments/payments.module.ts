import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, type Logger } from '#observability';
import type { GatewayConfig } from '../config.ts';
import { ByteProxy } from '../proxy/byte-proxy.ts';
import { PAYMENTS_PROXY, PAYMENTS_TIMEOUT_MS, PaymentsRoutes } from './payments.routes.ts';

/** `POST /webhooks/<provider>` and the test provider's challenges, served by the payments service behind the gateway. */
@Module({})
export class PaymentsModule implements OnApplicationShutdown {
  constructor(@Inject(PAYMENTS_PROXY) private readonly proxy: ByteProxy) {}

  static forRoot({ PAYMENTS_URL, SUBGRAPH_TIMEOUT_MS }: GatewayConfig): DynamicModule {
    return {
      module: PaymentsModule,
      providers: [
        PaymentsRoutes,
        {
          provide: PAYMENTS_PROXY,
          inject: [LOGGER],
          useFactory: (logger: Logger) => new ByteProxy(new URL(PAYMENTS_URL), logger),
        },
        { provide: PAYMENTS_TIMEOUT_MS, useValue: SUBGRAPH_TIMEOUT_MS },
      ],
    };
  }

  onApplicationShutdown(): void {
    this.proxy.close();
  }
}
