import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomIds } from '#kernel';
import {
  CORRELATION_HEADER,
  durations,
  isTracing,
  openSpan,
  type Span,
  SpanKind,
  TRACEPARENT,
  withCorrelation,
} from '#observability';

const requests = durations('tessera_http_request_seconds', 'HTTP requests by route and status', [
  'method',
  'route',
  'status',
]);

/** Asked every few seconds by whoever watches the house: a trace of it says nothing. */
const UNTRACED = /^\/(health\/|metrics$)/;
const GRAPH_ROUTE = '/graphql';

/**
 * Each request runs under a correlation id, the caller's or a new one, answered in the same header; is counted with its
 * route, which unlike its path is one of a few; and is a span when tracing is on.
 */
export function observeRequests(fastify: FastifyInstance, { isEdge }: { isEdge: boolean }): void {
  const spans = new WeakMap<FastifyRequest, readonly Span[]>();

  // Not in onRequest: what is entered there is lost while the body is read.
  fastify.addHook('preHandler', (request, reply, done) => {
    const given = request.headers[CORRELATION_HEADER];
    const correlationId =
      typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomIds.uuid();
    void reply.header(CORRELATION_HEADER, correlationId);
    const correlated = (): void => withCorrelation({ correlationId, causationId: correlationId }, done);
    if (!isTracing() || UNTRACED.test(routeOf(request))) correlated();
    else spans.set(request, traced(request, reply, isEdge, correlated));
  });

  const end = (request: FastifyRequest, status: number): void => {
    for (const span of spans.get(request) ?? []) {
      span.setAttribute('http.response.status_code', status);
      span.end();
    }
    spans.delete(request);
  };
  fastify.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: routeOf(request), status: `${reply.statusCode}` };
    requests.observe(labels, reply.elapsedTime / 1_000);
    end(request, reply.statusCode);
  });
  fastify.addHook('onRequestAbort', async (request) => end(request, CLIENT_CLOSED_REQUEST));
}

/** As nginx logs it; there is no registered status for a caller who left. */
const CLIENT_CLOSED_REQUEST = 499;

/** Goes on within the request's span; gives the spans to end with the request. */
function traced(request: FastifyRequest, reply: FastifyReply, isEdge: boolean, goOn: () => void): Span[] {
  const traceparent = request.headers[TRACEPARENT];
  const route = routeOf(request);
  const server = openSpan(`${request.method} ${route}`, {
    kind: SpanKind.SERVER,
    traceparent: !isEdge && typeof traceparent === 'string' ? traceparent : undefined,
    startTime: new Date(Date.now() - reply.elapsedTime),
    attributes: { 'http.request.method': request.method, 'http.route': route },
  });
  return server.run(() => {
    if (route !== GRAPH_ROUTE) {
      goOn();
      return [server.span];
    }
    // Named and described by the graph's own plugin, which cannot open a span around what Apollo does.
    const operation = openSpan('graphql');
    operation.run(goOn);
    return [operation.span, server.span];
  });
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unmatched';
}
