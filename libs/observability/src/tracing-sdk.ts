import { setTimeout as sleep } from 'node:timers/promises';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Logger } from './logger.ts';

/** A collector that stays away must not keep a service from ending. */
const LAST_CHANCE_MS = 3_000;
/** A collector that is down fails every few seconds: one line of it a minute is enough. */
const COMPLAIN_EVERY_MS = 60_000;

/**
 * Registers the SDK for the whole process; the function given back ends it. Spans wait in a bounded queue (2,048) and
 * are dropped beyond it: a collector that is down costs no service anything but traces.
 */
export function registerSdk(
  service: string,
  logger: Logger,
  processor: SpanProcessor = new BatchSpanProcessor(new OTLPTraceExporter()),
): () => Promise<void> {
  complainThrough(logger);
  const provider = new BasicTracerProvider({
    resource: new Resource({ 'service.name': service, 'service.namespace': 'tessera' }),
    spanProcessors: [processor],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return async () => {
    await Promise.race([
      provider.shutdown().catch((error: unknown) => logger.debug({ err: error }, 'the last traces are lost')),
      sleep(LAST_CHANCE_MS, undefined, { ref: false }),
    ]);
    trace.disable();
    propagation.disable();
    context.disable();
  };
}

function complainThrough(logger: Logger): void {
  let silentUntil = 0;
  setGlobalErrorHandler((error) => {
    const now = performance.now();
    if (now < silentUntil) return;
    silentUntil = now + COMPLAIN_EVERY_MS;
    logger.warn({ reason: typeof error === 'string' ? error : error.message }, 'traces cannot be delivered');
  });
}
