import type { Server } from 'node:http';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { type ExecutionArgs, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { CloseCode, type Context, type SubscribePayload } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { IDS, type IdSource } from '#kernel';
import { counter, gauge, LOGGER, type Logger } from '#observability';
import { AccessTokens } from '#security';
import { type Caller, identifyCaller } from '../graph/caller.ts';
import { GRAPH_PATH } from '../graph/graph-options.ts';
import { publicError } from '../graph/public-error.ts';
import { SubgraphSources } from '../subgraphs/subgraph-sources.ts';
import { ComposedGraph } from '../supergraph/composed-graph.ts';
import { EventJoiner } from './event-joiner.ts';
import { EventStream } from './event-stream.ts';
import { followLog } from './place-in-log.ts';
import { RefusedSubscription, type SubscriptionPlan, SubscriptionPlanner } from './subscription-planner.ts';
import { StreamFailed, Upstreams } from './upstream.ts';

/** Largest message of a client, in bytes. */
const MAX_MESSAGE = 64 * 1024;
const MAX_SUBSCRIPTIONS_PER_CONNECTION = 100;

const open = gauge('tessera_gateway_subscriptions', 'Subscriptions that are open');
const failures = counter(
  'tessera_gateway_subscription_failures_total',
  'Subscriptions that were refused or broke off',
  ['code'],
);

/** What a connection knows from the moment it is acknowledged. */
interface Session extends Record<PropertyKey, unknown> {
  caller: Caller;
  upstreams: Upstreams;
}

type Connection = Context<Record<string, unknown> | undefined, Extra & Partial<Session>>;

/** What `onSubscribe` hands to `subscribe`. */
interface Planned {
  readonly plan: SubscriptionPlan;
  readonly session: Session;
  /** The last place in the log that the client has got. */
  readonly resume: unknown;
}

/**
 * Subscriptions over the whole graph, by the protocol graphql-transport-ws
 * (github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md). A token comes as `authorization` in the connection's
 * parameters: browsers cannot set headers.
 */
@Injectable()
export class SubscriptionServer implements OnModuleInit {
  private readonly planner: SubscriptionPlanner;
  private readonly joiner: EventJoiner;

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    graph: ComposedGraph,
    private readonly sources: SubgraphSources,
    private readonly tokens: AccessTokens,
    @Inject(IDS) private readonly ids: IdSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.planner = new SubscriptionPlanner(graph);
    this.joiner = new EventJoiner(graph, sources, logger);
  }

  onModuleInit(): void {
    const { httpAdapter } = this.adapterHost;
    const sockets = new WebSocketServer({
      server: httpAdapter.getHttpServer() as Server,
      path: GRAPH_PATH,
      maxPayload: MAX_MESSAGE,
      perMessageDeflate: false,
    });
    const server = useServer<Record<string, unknown> | undefined, Session>(
      {
        isProd: true,
        onConnect: (connection) => this.connect(connection),
        onSubscribe: (connection, _id, payload) => this.prepare(connection, payload),
        subscribe: (args) => this.stream(args),
        onError: (_connection, _id, _payload, errors) => errors.flatMap((error) => this.public(error)),
      },
      sockets,
    );
    // Clients are told to go before the HTTP server waits for its last connection.
    (httpAdapter.getInstance() as FastifyInstance).addHook('preClose', async () => server.dispose());
  }

  /** False refuses the connection. */
  private async connect({ connectionParams, extra }: Connection): Promise<boolean> {
    const given = connectionParams?.['authorization'];
    const call = {
      authorization: typeof given === 'string' ? given : undefined,
      correlationId: this.ids.uuid(),
    };
    const identify = () => identifyCaller(this.tokens, this.logger, call);
    try {
      extra.caller = await identify();
      extra.upstreams = new Upstreams(
        this.sources,
        async () => (await identify()).authorization,
        this.logger,
      );
      return true;
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      extra.socket.close(CloseCode.Forbidden, error.message);
      return false;
    }
  }

  private prepare(
    { extra, subscriptions }: Connection,
    payload: SubscribePayload,
  ): ExecutionArgs | readonly GraphQLError[] {
    if (Object.keys(subscriptions).length > MAX_SUBSCRIPTIONS_PER_CONNECTION) {
      const message = `A connection may have ${MAX_SUBSCRIPTIONS_PER_CONNECTION} subscriptions at the same time.`;
      return [new GraphQLError(message, { extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } })];
    }
    const { caller, upstreams } = extra;
    if (!caller || !upstreams) throw new Error('a subscription came before its connection was acknowledged');
    try {
      const plan = this.planner.plan(payload);
      const resume = payload.extensions?.['resume'];
      const planned: Planned = { plan, session: { caller, upstreams }, resume };
      return {
        schema: plan.operationContext.schema,
        document: plan.document,
        operationName: payload.operationName,
        variableValues: payload.variables ?? {},
        contextValue: planned,
      };
    } catch (error) {
      if (error instanceof RefusedSubscription) return error.errors;
      throw error;
    }
  }

  private stream({ variableValues, contextValue }: ExecutionArgs): EventStream {
    const { plan, session, resume } = contextValue as Planned;
    const { primary, place } = plan;
    const variables = variableValues ?? {};
    const asked = Object.fromEntries(
      (primary.variableUsages ?? [])
        .filter((name) => Object.hasOwn(variables, name))
        .map((name) => [name, variables[name]]),
    );
    const request = { query: primary.operation, variables: asked };
    open.inc();
    return new EventStream(
      (sink) =>
        place
          ? followLog(session.upstreams, primary.serviceName, request, place, resume, sink)
          : session.upstreams.subscribe(primary.serviceName, request, sink),
      (event) => this.joiner.join(plan, variables, session.caller, event),
      () => open.dec(),
    );
  }

  private public(error: GraphQLError): GraphQLFormattedError[] {
    const { originalError } = error;
    const all = originalError instanceof StreamFailed ? originalError.errors : [error.toJSON()];
    return all.map((one) => {
      const shown = publicError(this.logger, one, originalError ?? error);
      failures.inc({ code: String(shown.extensions?.['code']) });
      return shown;
    });
  }
}
