import { randomBytes } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { parseEnvironment } from '#config';
import { createService } from '#service';
import { GraphClient } from '#testing';
import { environment } from '../src/config.ts';
import { GatewayModule } from '../src/gateway.module.ts';
import type { CannedHouse } from './canned-house.ts';

/** The gateway as `main.ts` runs it, on a free port, before a canned house. */
export class RunningGateway {
  private constructor(
    private readonly app: NestFastifyApplication,
    readonly url: string,
  ) {}

  /** `overrides`: of its environment. */
  static async start(house: CannedHouse, overrides: Record<string, string> = {}): Promise<RunningGateway> {
    const config = parseEnvironment(environment, {
      PORT: '0',
      NODE_ENV: 'test',
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
      AUTH_URL: house.auth.url,
      EVENTS_URL: house.events.url,
      TICKETS_URL: house.tickets.url,
      PAYMENTS_URL: house.payments.url,
      PRICING_URL: house.pricing.url,
      CHECKIN_URL: house.checkin.url,
      VISITOR_KEY: randomBytes(32).toString('base64url'),
      SUBGRAPH_TIMEOUT_MS: '400',
      ...overrides,
    });
    const app = await createService({
      name: 'gateway',
      module: GatewayModule.forRoot(config),
      settings: config,
      isEdge: true,
    });
    await app.listen(0, '127.0.0.1');
    return new RunningGateway(app, await app.getUrl());
  }

  get graph(): GraphClient {
    return new GraphClient(`${this.url}/graphql`);
  }

  async close(): Promise<void> {
    await this.app.close();
  }
}
