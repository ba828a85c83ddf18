import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { GatewayConfig } from '../config.ts';
import { LOGGER, type Logger } from '#observability';
import { ByteProxy } from '../proxy/byte-proxy.ts';
import { EXPORTS_PROXY, EXPORTS_TIMEOUT_MS, ExportsController } from './exports.controller.ts';

/** `GET /exports/events/<id>/orders.csv`, served by the tickets service behind the gateway. */
@Module({})
export class ExportsModule implements OnApplicationShutdown {
  constructor(@Inject(EXPORTS_PROXY) private readonly proxy: ByteProxy) {}

  static forRoot({ TICKETS_URL, SUBGRAPH_TIMEOUT_MS }: GatewayConfig): DynamicModule {
    return {
      module: ExportsModule,
      controllers: [ExportsController],
      providers: [
        {
          provide: EXPORTS_PROXY,
          inject: [LOGGER],
          useFactory: (logger: Logger) => new ByteProxy(new URL(TICKETS_URL), logger),
        },
        { provide: EXPORTS_TIMEOUT_MS, useValue: SUBGRAPH_TIMEOUT_MS },
      ],
    };
  }

  onApplicationShutdown(): void {
    this.proxy.close();
  }
}
