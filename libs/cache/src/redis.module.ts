import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { RedisSettings } from '#config';
import { LOGGER, type Logger, Readiness } from '#observability';
import { Broadcast } from './broadcast.ts';
import { openRedis, REDIS, REDIS_SUBSCRIBER } from './redis.ts';

@Global()
@Module({})
export class RedisModule implements OnApplicationShutdown {
  constructor(
    @Inject(REDIS) private readonly redis: Redis,
    @Inject(REDIS_SUBSCRIBER) private readonly subscriber: Redis,
  ) {}

  static forService(service: string, settings: RedisSettings): DynamicModule {
    return {
      module: RedisModule,
      providers: [
        {
          provide: REDIS,
          useFactory: (logger: Logger, readiness: Readiness) => {
            const redis = openRedis(settings, service, logger);
            // A write: a server that is full, a replica, or unable to write its file still answers a PING.
            readiness.add('redis', async () => void (await redis.set(`ready:${service}`, '1', 'PX', 1_000)));
            return redis;
          },
          inject: [LOGGER, Readiness],
        },
        {
          provide: REDIS_SUBSCRIBER,
          useFactory: (logger: Logger) => openRedis(settings, `${service}-subscriber`, logger),
          inject: [LOGGER],
        },
        Broadcast,
      ],
      exports: [REDIS, Broadcast],
    };
  }

  onApplicationShutdown(): void {
    this.subscriber.disconnect();
    this.redis.disconnect();
  }
}
