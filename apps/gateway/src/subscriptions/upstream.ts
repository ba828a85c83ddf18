import { setTimeout as sleep } from 'node:timers/promises';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { type Client, CloseCode, createClient, type SubscribePayload } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Logger } from '#observability';
import type { SubgraphSources } from '../subgraphs/subgraph-sources.ts';

/** One event of a service's own subscription, before other services have added their fields. */
export interface SubgraphEvent {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

/** Exactly one of `error` and `complete` is called, once and last. */
export interface EventSink {
  next(event: SubgraphEvent): void;
  error(error: StreamFailed): void;
  complete(): void;
}

/** Begins a subscription and gives what ends it. */
export type Subscribe = (sink: EventSink) => () => void;

/** A stream that cannot go on. */
export class StreamFailed extends Error {
  override readonly name = 'StreamFailed';

  constructor(readonly errors: readonly GraphQLFormattedError[]) {
    super(errors.map(({ message }) => message).join(' '));
  }
}

export function lagged(): StreamFailed {
  return new StreamFailed([
    { message: 'The client took events too slowly; subscribe again.', extensions: { code: 'LAGGED' } },
  ]);
}

/** How a lost service is waited for. */
export interface Patience {
  readonly attempts: number;
  readonly longestWaitMs: number;
}

/** About 40 s, longer than a service takes to be started again. */
const PATIENCE: Patience = { attempts: 12, longestWaitMs: 5_000 };
const FIRST_WAIT_MS = 250;
/** Of WebSockets (RFC 6455, 7.4.1). */
const NORMAL_CLOSURE = 1_000;
const ACKNOWLEDGE_WITHIN_MS = 5_000;
/** A service that is silent for this long is asked whether it is there, and has as long again to answer. */
const PING_AFTER_MS = 10_000;

/**
 * A client's subscriptions at the services, over one WebSocket per service for all of them, with the client's own
 * token. When a connection is lost it is opened again and each subscription with it, as its request says at that moment: a
 * log goes on where it was (see place-in-log.ts), while what else happened in between is missing from the stream.
 */
export class Upstreams {
  private readonly clients = new Map<string, Client>();

  /** `authorize` gives the token before each connect. @throws GraphQLError UNAUTHENTICATED when it has expired. */
  constructor(
    private readonly sources: SubgraphSources,
    private readonly authorize: () => Promise<string | undefined>,
    private readonly logger: Logger,
    private readonly patience: Patience = PATIENCE,
  ) {}

  subscribe(subgraph: string, payload: SubscribePayload, sink: EventSink): () => void {
    return this.clientOf(subgraph).subscribe<Record<string, unknown>>(payload, {
      next: (event) => sink.next(event as SubgraphEvent),
      error: (error) => sink.error(this.failure(subgraph, error)),
      complete: () => sink.complete(),
    });
  }

  private clientOf(subgraph: string): Client {
    const known = this.clients.get(subgraph);
    if (known) return known;
    const client = this.connect(subgraph);
    this.clients.set(subgraph, client);
    return client;
  }

  private connect(subgraph: string): Client {
    const { attempts, longestWaitMs } = this.patience;
    const client = createClient({
      url: webSocketAddress(this.sources.get(subgraph).address),
      webSocketImpl: WebSocket,
      connectionParams: async () => {
        const authorization = await this.authorize();
        return authorization === undefined ? {} : { authorization };
      },
      connectionAckWaitTimeout: ACKNOWLEDGE_WITHIN_MS,
      keepAlive: PING_AFTER_MS,
      retryAttempts: attempts,
      retryWait: (retries) => backOff(retries, longestWaitMs),
      shouldRetry: (lost) => !(lost instanceof GraphQLError) && closeCode(lost) !== CloseCode.Forbidden,
    });
    this.watch(subgraph, client);
    return client;
  }

  /** A service whose machine is gone never closes its connection: whoever does not answer a ping is let go. */
  private watch(subgraph: string, client: Client): void {
    let overdue: NodeJS.Timeout | undefined;
    client.on('ping', (received) => {
      if (!received) overdue = setTimeout(() => client.terminate(), PING_AFTER_MS);
    });
    client.on('pong', (received) => {
      if (received) clearTimeout(overdue);
    });
    client.on('closed', (event) => {
      clearTimeout(overdue);
      const code = closeCode(event);
      if (code !== NORMAL_CLOSURE)
        this.logger.warn({ subgraph, code }, `the stream from ${subgraph} broke off`);
    });
  }

  /** `error` is the service's own errors, a refusal of `authorize`, or how the connection was lost. */
  private failure(subgraph: string, error: unknown): StreamFailed {
    if (Array.isArray(error))
      return new StreamFailed((error as GraphQLFormattedError[]).map((one) => attributed(one, subgraph)));
    if (error instanceof GraphQLError) return new StreamFailed([error.toJSON()]);
    if (closeCode(error) === CloseCode.Forbidden) {
      return new StreamFailed([
        { message: 'The access token is not valid: sign in again.', extensions: { code: 'UNAUTHENTICATED' } },
      ]);
    }
    this.logger.warn({ err: error, subgraph }, `${subgraph} sends no events`);
    const message = `The ${subgraph} service does not answer at the moment. Subscribe again.`;
    return new StreamFailed([{ message, extensions: { code: 'UNAVAILABLE' } }]);
  }
}

/** Of a WebSocket's close event; undefined for anything else. */
function closeCode(event: unknown): number | undefined {
  return (event as { code?: number }).code;
}

/** As @apollo/gateway marks the errors of services. */
function attributed(error: GraphQLFormattedError, serviceName: string): GraphQLFormattedError {
  return { ...error, extensions: { ...error.extensions, serviceName } };
}

function webSocketAddress(address: URL): string {
  const copy = new URL(address);
  copy.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return copy.href;
}

/** Twice as long each time, and never all clients at once. */
async function backOff(retries: number, longestMs: number): Promise<void> {
  const waitMs = Math.min(FIRST_WAIT_MS * 2 ** retries, longestMs);
  await sleep(waitMs * (0.5 + Math.random() / 2), undefined, { ref: false });
}
