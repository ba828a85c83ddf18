import type { IHeaders } from 'kafkajs';
import {
  currentTraceparent,
  failSpan,
  isTracing,
  openSpan,
  type OpenSpan,
  type SpanOptions,
  SpanKind,
  TRACEPARENT,
} from '#observability';
import type { PendingFact } from './facts.ts';

/** Of facts that are handled together, so many get spans: the others' traces end where they were published. */
const MAX_BATCH_SPANS = 50;

/** The spans of one publication, by fact id. */
export type PublicationSpans = ReadonlyMap<string, OpenSpan>;

/** One span for each fact whose cause is traced; what only a sweep caused belongs to no trace. */
export function openPublicationSpans(facts: readonly PendingFact[]): PublicationSpans {
  const spans = new Map<string, OpenSpan>();
  if (!isTracing()) return spans;
  for (const { id, type, topic, traceparent } of facts) {
    if (traceparent === undefined) continue;
    const attributes = {
      'messaging.system': 'kafka',
      'messaging.destination.name': topic,
      'tessera.fact': id,
    };
    spans.set(id, openSpan(`publish ${type}`, { kind: SpanKind.PRODUCER, traceparent, attributes }));
  }
  return spans;
}

export function endPublicationSpans(spans: PublicationSpans, error?: unknown): void {
  for (const { span } of spans.values()) {
    if (error !== undefined) failSpan(span, error);
    span.end();
  }
}

/** The headers of the message that carries a fact. */
export function factHeaders(spans: PublicationSpans, factId: string): IHeaders | undefined {
  const traceparent = currentTraceparent(spans.get(factId)?.span);
  return traceparent === undefined ? undefined : { [TRACEPARENT]: traceparent };
}

interface Received {
  readonly fact: { readonly id: string; readonly type: string };
  readonly message: { readonly headers?: IHeaders };
}

/** Of a span around the handling of one fact, in the trace of what caused it. */
export function handlingSpan({ fact, message }: Received, topic: string): [string, SpanOptions] {
  const attributes = {
    'messaging.system': 'kafka',
    'messaging.destination.name': topic,
    'tessera.fact': fact.id,
  };
  const options = { kind: SpanKind.CONSUMER, traceparent: traceparentIn(message.headers), attributes };
  return [`handle ${fact.type}`, options];
}

/**
 * Handles a batch in a span for each traced fact, all of the same length. What the handler asks of the engines serves
 * all of them; it is shown with the first.
 */
export async function inBatchSpans<T>(
  received: readonly Received[],
  topic: string,
  work: () => Promise<T>,
): Promise<T> {
  const caused = isTracing() ? received.filter(({ message }) => traceparentIn(message.headers)) : [];
  const spans = caused.slice(0, MAX_BATCH_SPANS).map((one) => openSpan(...handlingSpan(one, topic)));
  try {
    return await (spans[0] ? spans[0].run(work) : work());
  } catch (error) {
    for (const { span } of spans) failSpan(span, error);
    throw error;
  } finally {
    for (const { span } of spans) {
      span.setAttribute('messaging.batch.message_count', received.length);
      span.end();
    }
  }
}

function traceparentIn(headers: IHeaders | undefined): string | undefined {
  const header = headers?.[TRACEPARENT];
  return header === undefined || Array.isArray(header) ? undefined : header.toString();
}
