import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Db, MongoClient } from 'mongodb';
import type { MongoSettings } from '#config';
import { CLOCK, type Clock } from '#kernel';
import { LOGGER, type Logger, PeriodicMetrics, Readiness } from '#observability';
import { ClockSkew } from './clock-skew.ts';
import { databaseOf, openMongo } from './mongo.ts';

/** Gives a service its own database as `Db`. */
@Global()
@Module({})
export class MongoModule implements OnApplicationShutdown {
  constructor(@Inject(MongoClient) private readonly client: MongoClient) {}

  static forService(service: string, settings: MongoSettings): DynamicModule {
    return {
      module: MongoModule,
      providers: [
        { provide: MongoClient, useFactory: () => openMongo(settings) },
        {
          provide: Db,
          useFactory: (
            client: MongoClient,
            readiness: Readiness,
            metrics: PeriodicMetrics,
            clock: Clock,
            logger: Logger,
          ) => {
            const db = databaseOf(client, settings, service);
            const skew = new ClockSkew(db, clock, logger);
            readiness.add('mongodb', async () => void (await db.command({ ping: 1 })));
            readiness.add('clock', () => skew.check());
            metrics.add('clock skew', skew);
            return db;
          },
          inject: [MongoClient, Readiness, PeriodicMetrics, CLOCK, LOGGER],
        },
      ],
      exports: [Db],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
  }
}
