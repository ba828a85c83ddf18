import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { AuthSettings, HttpSettings } from '#config';
import { CLOCK, IDS, randomIds, systemClock } from '#kernel';
import {
  collectProcessMetrics,
  createLogger,
  HealthController,
  LOGGER,
  MetricsController,
  PeriodicMetrics,
  Readiness,
  stopTracing,
} from '#observability';
import { AccessTokens } from '#security';

/** AUTH_URL is left out by auth, which has the keys and provides AccessTokens itself, and by commands that nobody calls. */
export type CoreSettings = Pick<HttpSettings, 'LOG_LEVEL'> & Partial<AuthSettings>;

/** What every process has: time, ids, logs, health, metrics, and who asks. */
@Global()
@Module({})
export class CoreModule implements OnApplicationShutdown {
  static forService(service: string, { LOG_LEVEL, AUTH_URL }: CoreSettings): DynamicModule {
    collectProcessMetrics(service);
    const keySet = `${AUTH_URL}/.well-known/jwks.json`;
    const tokens = AUTH_URL ? [{ provide: AccessTokens, useFactory: () => new AccessTokens(keySet) }] : [];
    return {
      module: CoreModule,
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: CLOCK, useValue: systemClock },
        { provide: IDS, useValue: randomIds },
        { provide: LOGGER, useFactory: () => createLogger(service, LOG_LEVEL) },
        ...tokens,
        Readiness,
        PeriodicMetrics,
      ],
      exports: [CLOCK, IDS, LOGGER, Readiness, PeriodicMetrics, ...tokens],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await stopTracing();
  }
}
