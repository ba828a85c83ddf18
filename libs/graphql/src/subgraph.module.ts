import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloFederationDriver, type ApolloFederationDriverConfig } from '@nestjs/apollo';
import type { DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { GraphQLSafeInt } from 'graphql-scalars';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { LOGGER, type Logger } from '#observability';
import { AccessTokens } from '#security';
import { type GraphContext, Loaders, principalOf, viewerOf } from './context.ts';
import { DateTimeScalar } from './date-time.ts';
import { ExpectedErrors, formatGraphError } from './errors.ts';
import { operationMetrics } from './operation-metrics.ts';

const SHARED_SCHEMA = join(import.meta.dirname, 'shared.graphql');

/** The subgraph's whole SDL: what all subgraphs share, and its own file. */
export function subgraphSdl(schemaFile: string): string {
  return [SHARED_SCHEMA, schemaFile].map((file) => readFileSync(file, 'utf8')).join('\n');
}

export interface SubgraphOptions {
  /** Absolute path of the service's `schema.graphql`. */
  readonly schemaFile: string;
  /** Serve subscriptions over graphql-ws on the same path. */
  readonly subscriptions?: boolean;
}

/** Everything that is alike in the services' graphs: context, scalars, error form, metrics. */
export function subgraphModule({ schemaFile, subscriptions = false }: SubgraphOptions): DynamicModule {
  const graph = GraphQLModule.forRootAsync<ApolloFederationDriverConfig>({
    driver: ApolloFederationDriver,
    inject: [AccessTokens, LOGGER],
    useFactory: (tokens: AccessTokens, logger: Logger): Omit<ApolloFederationDriverConfig, 'driver'> => ({
      path: '/graphql',
      typeDefs: subgraphSdl(schemaFile),
      resolvers: { DateTime: DateTimeScalar, SafeInt: GraphQLSafeInt },
      graphiql: false,
      introspection: true,
      csrfPrevention: false,
      includeStacktraceInErrorResponses: false,
      autoTransformHttpErrors: false,
      context: contextFrom(tokens),
      formatError: formatGraphError(logger),
      plugins: [
        operationMetrics(),
        // Both would wrap every field's resolver, and nobody reads what they say.
        ApolloServerPluginInlineTraceDisabled(),
        ApolloServerPluginCacheControlDisabled(),
      ],
      subscriptions: subscriptions
        ? { 'graphql-ws': { path: '/graphql', onConnect: connect(tokens) } }
        : undefined,
    }),
  });
  const expectedErrors = { provide: APP_FILTER, useClass: ExpectedErrors };
  return { ...graph, providers: [...(graph.providers ?? []), expectedErrors] };
}

/** A graphql-ws connection; `extra` is filled once, when it opens. */
interface SocketContext {
  readonly connectionParams?: Readonly<Record<string, unknown>>;
  readonly extra: unknown;
}

interface SocketExtra {
  viewer?: GraphContext['viewer'];
  authorization?: string | undefined;
}

/** What a client sends to begin an operation over a socket. */
interface SocketPayload {
  readonly extensions?: Readonly<Record<string, unknown>> | null;
}

/** False closes the connection as forbidden (4403); an error would close it as a fault of ours. */
function connect(tokens: AccessTokens) {
  return async (socket: SocketContext): Promise<boolean> => {
    const given = socket.connectionParams?.['authorization'];
    const authorization = typeof given === 'string' ? given : undefined;
    try {
      const viewer = await viewerOf(tokens, authorization);
      Object.assign(socket.extra as SocketExtra, { viewer, authorization });
      return true;
    } catch (error) {
      if (error instanceof GraphQLError) return false;
      throw error;
    }
  };
}

/** Called by Apollo with a request and its reply, by graphql-ws with a socket, the operation's id and its payload. */
function contextFrom(tokens: AccessTokens) {
  return async (
    first: FastifyRequest | SocketContext,
    second?: FastifyReply | string,
    payload?: SocketPayload,
  ): Promise<GraphContext> => {
    if ('extra' in first) return socketContext(tokens, first.extra as SocketExtra, payload);
    const principal = await principalOf(tokens, first.headers.authorization);
    const { viewer, device } = principal ?? {};
    return { viewer, device, loaders: new Loaders(), request: first, reply: second as FastifyReply };
  };
}

function socketContext(
  tokens: AccessTokens,
  { viewer, authorization }: SocketExtra,
  payload: SocketPayload | undefined,
): GraphContext {
  const viewerNow = () => viewerOf(tokens, authorization);
  const resume = payload?.extensions?.['resume'];
  return { viewer, loaders: new Loaders(false), subscription: { viewerNow, resume } };
}
