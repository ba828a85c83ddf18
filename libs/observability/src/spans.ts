import {
  type Attributes,
  context,
  type Context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

export { SpanKind };
export type { Attributes, Span };

/** The W3C header that carries a trace from one process to the next, over HTTP and over Kafka. */
export const TRACEPARENT = 'traceparent';

const NAME = 'tessera';
let tracing = false;

/** Whether spans are made at all. While they are not, what is below costs a comparison. */
export function isTracing(): boolean {
  return tracing;
}

/** Called once the SDK is registered, and when it is shut down. */
export function setTracing(on: boolean): void {
  tracing = on;
}

export interface SpanOptions {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** Of the process that caused the work; without it, the span belongs to what is being done now. */
  readonly traceparent?: string;
  readonly startTime?: Date;
}

/** A span and the context in which work belongs to it. The caller ends the span. */
export interface OpenSpan {
  readonly span: Span;
  run<T>(work: () => T): T;
}

export function openSpan(
  name: string,
  { kind, attributes, traceparent, startTime }: SpanOptions = {},
): OpenSpan {
  const parent = traceparent === undefined ? context.active() : contextOf(traceparent);
  const span = trace.getTracer(NAME).startSpan(name, { kind, attributes, startTime }, parent);
  const within = trace.setSpan(context.active(), span);
  return { span, run: (work) => context.with(within, work) };
}

/** Does work inside a span; a rejection is recorded on it. Without tracing, only does the work. */
export async function inSpan<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  if (!tracing) return work();
  const { span, run } = openSpan(name, options);
  try {
    return await run(work);
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Does work that was begun here but serves others as well: it is no part of the current trace. */
export function outsideOfTraces<T>(work: () => T): T {
  return tracing ? context.with(trace.deleteSpan(context.active()), work) : work();
}

/** For a call to an engine: a span only as a part of something traced, so that sweeps make no traces of their own. */
export function openPartSpan(name: string, attributes: Attributes): Span | undefined {
  if (!tracing || !trace.getActiveSpan()) return undefined;
  return openSpan(name, { kind: SpanKind.CLIENT, attributes }).span;
}

/** Does work in such a span, and records a rejection on it. */
export async function inPartSpan<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
): Promise<T> {
  const span = openPartSpan(name, attributes);
  if (!span) return work();
  try {
    return await work();
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Only the error's name: messages may carry what a document or a request held. */
export function failSpan(span: Span, error: unknown): void {
  const name = error instanceof Error ? error.name : typeof error;
  span.setStatus({ code: SpanStatusCode.ERROR, message: name });
}

export function activeSpan(): Span | undefined {
  return tracing ? trace.getActiveSpan() : undefined;
}

export function currentTraceId(): string | undefined {
  return activeSpan()?.spanContext().traceId;
}

/** What another process needs in order to go on with the current trace, or with `span`'s; undefined without one. */
export function currentTraceparent(span: Span | undefined = activeSpan()): string | undefined {
  if (!tracing || !span) return undefined;
  const carrier: Record<string, string> = {};
  propagation.inject(trace.setSpan(ROOT_CONTEXT, span), carrier);
  return carrier[TRACEPARENT];
}

/** A malformed traceparent gives a context without a parent: the span begins a trace of its own. */
function contextOf(traceparent: string): Context {
  return propagation.extract(ROOT_CONTEXT, { [TRACEPARENT]: traceparent });
}
