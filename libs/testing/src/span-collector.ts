import type { InMemorySpanExporter, ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { createLogger, setTracing } from '#observability';

/** Turns tracing on in this process and keeps the spans, as a collector would. To be started before the service. */
export class SpanCollector {
  private constructor(
    private readonly exporter: InMemorySpanExporter,
    private readonly stopSdk: () => Promise<void>,
  ) {}

  /** The SDK is loaded here only, so that suites without traces do not pay for it. */
  static async start(service: string): Promise<SpanCollector> {
    const sdk = await import('@opentelemetry/sdk-trace-base');
    const { registerSdk } = await import('../../observability/src/tracing-sdk.ts');
    const exporter = new sdk.InMemorySpanExporter();
    const processor = new sdk.SimpleSpanProcessor(exporter);
    const stop = registerSdk(service, createLogger('test', 'silent'), processor);
    setTracing(true);
    return new SpanCollector(exporter, stop);
  }

  /** Spans that have ended; with `traceId`, those of one trace. */
  finished(traceId?: string): ReadableSpan[] {
    const spans = this.exporter.getFinishedSpans();
    return traceId === undefined ? spans : spans.filter((span) => span.spanContext().traceId === traceId);
  }

  /** The one span of that name. @throws when there is none, or more than one. */
  only(name: string, traceId?: string): ReadableSpan {
    const [span, ...more] = this.finished(traceId).filter((one) => one.name === name);
    if (!span || more.length > 0) throw new Error(`${span ? 1 + more.length : 0} spans are called ${name}`);
    return span;
  }

  async stop(): Promise<void> {
    setTracing(false);
    await this.stopSdk();
  }
}
