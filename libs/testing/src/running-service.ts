import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MongoClient } from 'mongodb';
import type { Db } from 'mongodb';
import { databaseOf } from '#persistence';
import { createService } from '#service';
import { eventually } from './eventually.ts';
import { GraphClient } from './graph-client.ts';
import type { TestSettings } from './settings.ts';

/** A whole service on the real engines, as `main.ts` runs it, on a free port. */
export class RunningService {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    readonly db: Db,
    private readonly mongo: MongoClient,
  ) {}

  /** Starts the service and waits until it says that it is ready. */
  static async start(name: string, module: DynamicModule, settings: TestSettings): Promise<RunningService> {
    const app = await createService({ name, module, settings });
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const mongo = new MongoClient(settings.MONGODB_URI);
    const service = new RunningService(app, url, databaseOf(mongo, settings, name), mongo);
    await eventually(async () => {
      const response = await fetch(`${url}/health/ready`);
      if (!response.ok) throw new Error(`${name} is not ready: ${await response.text()}`);
    }, 30_000);
    return service;
  }

  get graph(): GraphClient {
    return new GraphClient(`${this.url}/graphql`);
  }

  /** Stops the service and drops its database, whose name is a test's. */
  async close(): Promise<void> {
    await this.app.close();
    if (!this.db.databaseName.startsWith('test_'))
      throw new Error(`${this.db.databaseName} is not a test's database`);
    await this.db.dropDatabase();
    await this.mongo.close();
  }
}
