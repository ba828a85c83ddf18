import 'reflect-metadata';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type HttpSettings, InvalidEnvironment } from '#config';
import { createLogger, LOGGER, type Logger, NestLogger, startTracing } from '#observability';
import { observeRequests } from './observe-requests.ts';

/** Largest request body, in bytes. */
const BODY_LIMIT = 256 * 1024;
const KEEP_ALIVE_MS = 65_000;
/** Longest time that a request may take to arrive, an uploaded image too. Fastify alone would wait for ever. */
const REQUEST_LIMIT_MS = 90_000;

export interface Service {
  readonly name: string;
  readonly module: DynamicModule;
  readonly settings: HttpSettings;
  /** Its callers are strangers: their requests begin new traces, whatever they say. */
  readonly isEdge?: boolean;
}

/** The Nest application of a service, not yet listening. */
export async function createService({
  name,
  module,
  settings,
  isEdge = false,
}: Service): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_LIMIT_MS,
    trustProxy: settings.TRUSTED_PROXIES,
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(createLogger(name, settings.LOG_LEVEL)),
    abortOnError: false,
    bufferLogs: false,
  });
  observeRequests(app.getHttpAdapter().getInstance(), { isEdge });
  return app;
}

/** Runs a service until SIGTERM or SIGINT: drains requests, leaves its consumer group, closes its connections. */
export async function runService(name: string, prepare: () => Omit<Service, 'name'>): Promise<void> {
  const logger = createLogger(name, process.env['LOG_LEVEL'] ?? 'info');
  process.on('unhandledRejection', (reason) => crash(logger, reason, 'unhandled rejection'));
  process.on('uncaughtException', (error) => crash(logger, error, 'uncaught exception'));
  try {
    const service = prepare();
    await startTracing(name, logger);
    const app = await createService({ name, ...service });
    app.enableShutdownHooks(['SIGTERM', 'SIGINT']);
    await app.listen(service.settings.PORT, service.settings.HOST);
    app.get<Logger>(LOGGER).info({ address: await app.getUrl() }, `${name} is listening`);
  } catch (error) {
    if (error instanceof InvalidEnvironment) logger.fatal(error.message);
    else logger.fatal({ err: error }, `${name} cannot start`);
    process.exit(1);
  }
}

/** A bug left the process in an unknown state: it ends, and whoever runs it starts it again. */
function crash(logger: Logger, reason: unknown, what: string): void {
  logger.fatal({ err: reason }, what);
  process.exit(1);
}
