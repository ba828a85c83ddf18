import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Db, MongoClient } from 'mongodb';
import type { MongoSettings } from '#config';
import { Readiness } from '#observability';
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
          useFactory: (client: MongoClient, readiness: Readiness) => {
            const db = databaseOf(client, settings, service);
            readiness.add('mongodb', async () => void (await db.command({ ping: 1 })));
            return db;
          },
          inject: [MongoClient, Readiness],
        },
      ],
      exports: [Db],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
  }
}
