import 'reflect-metadata';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type HttpSettings, InvalidEnvironment } from '#config';
import {
  CORRELATION_HEADER,
  createLogger,
  LOGGER,
  NestLogger,
  withCorrelation,
  type Logger,
} from '#observability';
import { randomIds } from '#kernel';

/** Largest request body, in bytes. */
const BODY_LIMIT = 256 * 1024;
const KEEP_ALIVE_MS = 65_000;

export interface Service {
  readonly name: string;
  readonly module: DynamicModule;
  readonly settings: HttpSettings;
}

/** The Nest application of a service, not yet listening. */
export async function createService({ name, module, settings }: Service): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: KEEP_ALIVE_MS,
    trustProxy: 'loopback',
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(createLogger(name, settings.LOG_LEVEL)),
    abortOnError: false,
    bufferLogs: false,
  });
  correlate(app);
  return app;
}

/** Each request runs under a correlation id: the caller's, or a new one; answered in the same header. */
function correlate(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('preHandler', (request, reply, done) => {
    const given = request.headers[CORRELATION_HEADER];
    const correlationId =
      typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomIds.uuid();
    void reply.header(CORRELATION_HEADER, correlationId);
    withCorrelation({ correlationId, causationId: correlationId }, done);
  });
}

/** Runs a service until SIGTERM or SIGINT: drains requests, leaves its consumer group, closes its connections. */
export async function runService(name: string, prepare: () => Omit<Service, 'name'>): Promise<void> {
  const logger = createLogger(name, process.env['LOG_LEVEL'] ?? 'info');
  process.on('unhandledRejection', (reason) => crash(logger, reason, 'unhandled rejection'));
  process.on('uncaughtException', (error) => crash(logger, error, 'uncaught exception'));
  try {
    const service = prepare();
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
