import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import {
  CORRELATION_HEADER,
  currentTraceparent,
  durations,
  inSpan,
  type Logger,
  SpanKind,
  TRACEPARENT,
} from '#observability';
import { VISITOR_HEADER } from '#security';
import type { Caller } from '../graph/caller.ts';
import { type HttpAnswer, JsonOverHttp, NoAnswer } from './json-over-http.ts';

type Response = Awaited<ReturnType<GraphQLDataSource['process']>>;

const requests = durations('tessera_gateway_subgraph_seconds', 'Requests to the services by outcome', [
  'subgraph',
  'outcome',
]);

/**
 * One service's part of the graph, as @apollo/gateway asks for it. A service that does not answer becomes an error
 * UNAVAILABLE at the place of its fields; the others' fields are answered.
 */
export class SubgraphSource implements GraphQLDataSource {
  private readonly http: JsonOverHttp;

  constructor(
    readonly name: string,
    readonly address: URL,
    timeoutMs: number,
    private readonly logger: Logger,
  ) {
    this.http = new JsonOverHttp(address, timeoutMs);
  }

  /** @throws GraphQLError UNAVAILABLE */
  async process(options: GraphQLDataSourceProcessOptions): Promise<Response> {
    const { query, variables, operationName } = options.request;
    const end = requests.startTimer({ subgraph: this.name });
    try {
      const body = JSON.stringify({ query, variables, operationName });
      const span = { kind: SpanKind.CLIENT, attributes: { 'server.address': this.address.hostname } };
      const answer = await inSpan(`ask ${this.name}`, span, () =>
        this.http.post(body, forwardedHeaders(options.context as Partial<Caller>)),
      );
      const response = graphResponse(answer);
      end({ outcome: response.errors ? 'error' : 'ok' });
      return response;
    } catch (error) {
      end({ outcome: 'unavailable' });
      this.logger.warn({ err: error, subgraph: this.name }, `${this.name} does not answer`);
      throw this.unavailable(options, !(error instanceof NoAnswer) || error.sent);
    }
  }

  close(): void {
    this.http.close();
  }

  private unavailable(options: GraphQLDataSourceProcessOptions, sent: boolean): GraphQLError {
    const incoming = 'incomingRequestContext' in options ? options : undefined;
    const isCommand = incoming?.incomingRequestContext.operation.operation === 'mutation';
    const advice = isCommand && sent ? 'Whether the command was carried out is not known.' : 'Try again.';
    return new GraphQLError(`The ${this.name} service does not answer at the moment. ${advice}`, {
      path: certainPart(incoming?.pathInIncomingRequest),
      extensions: { code: 'UNAVAILABLE' },
    });
  }
}

function forwardedHeaders({
  authorization,
  correlationId,
  visitor,
}: Partial<Caller>): Record<string, string> {
  const traceparent = currentTraceparent();
  return {
    ...(traceparent === undefined ? {} : { [TRACEPARENT]: traceparent }),
    ...(authorization === undefined ? {} : { authorization }),
    ...(visitor === undefined ? {} : { [VISITOR_HEADER]: visitor }),
    ...(correlationId === undefined ? {} : { [CORRELATION_HEADER]: correlationId }),
  };
}

/** A refusal (401, 400) is an answer too, so long as it is GraphQL's. @throws when it is not. */
function graphResponse({ status, body }: HttpAnswer): Response {
  const answer: unknown = parsed(body);
  if (!isGraphResponse(answer)) throw new NoAnswer(`status ${status} without a GraphQL answer`, true);
  return answer;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isGraphResponse(
  answer: unknown,
): answer is { data?: Record<string, unknown>; errors?: GraphQLFormattedError[] } {
  if (typeof answer !== 'object' || answer === null) return false;
  return 'data' in answer || ('errors' in answer && Array.isArray(answer.errors));
}

/** Up to the first list: `events.nodes.@` names no item that a client could look up. */
function certainPart(path: readonly (string | number)[] | undefined): (string | number)[] | undefined {
  const firstList = path?.indexOf('@') ?? -1;
  const certain = firstList < 0 ? path : path?.slice(0, firstList);
  return certain && certain.length > 0 ? [...certain] : undefined;
}
