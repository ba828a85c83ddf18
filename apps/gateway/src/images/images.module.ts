import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { GatewayConfig } from '../config.ts';
import { LOGGER, type Logger } from '#observability';
import { ByteProxy } from '../proxy/byte-proxy.ts';
import { IMAGE_TIMEOUT_MS, ImagesController } from './images.controller.ts';
import { RawBodies } from './raw-bodies.ts';

/** `PUT /uploads/<token>` and `GET /images/<id>`, served by the events service behind the gateway. */
@Module({})
export class ImagesModule implements OnApplicationShutdown {
  constructor(@Inject(ByteProxy) private readonly proxy: ByteProxy) {}

  static forRoot({ EVENTS_URL, SUBGRAPH_TIMEOUT_MS }: GatewayConfig): DynamicModule {
    return {
      module: ImagesModule,
      controllers: [ImagesController],
      providers: [
        RawBodies,
        {
          provide: ByteProxy,
          inject: [LOGGER],
          useFactory: (logger: Logger) => new ByteProxy(new URL(EVENTS_URL), logger),
        },
        { provide: IMAGE_TIMEOUT_MS, useValue: SUBGRAPH_TIMEOUT_MS },
      ],
    };
  }

  onApplicationShutdown(): void {
    this.proxy.close();
  }
}
