import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
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

export interface CoreOptions {
  readonly service: string;
  readonly logLevel: string;
  /** Where auth's public keys are. Left out by auth itself, which has them and provides AccessTokens. */
  readonly jwksUri?: string;
}

/** What every process has: time, ids, logs, health, metrics, and who asks. */
@Global()
@Module({})
export class CoreModule implements OnApplicationShutdown {
  static forService({ service, logLevel, jwksUri }: CoreOptions): DynamicModule {
    collectProcessMetrics(service);
    const tokens = jwksUri ? [{ provide: AccessTokens, useFactory: () => new AccessTokens(jwksUri) }] : [];
    return {
      module: CoreModule,
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: CLOCK, useValue: systemClock },
        { provide: IDS, useValue: randomIds },
        { provide: LOGGER, useFactory: () => createLogger(service, logLevel) },
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
