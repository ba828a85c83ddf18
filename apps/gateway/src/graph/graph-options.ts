import type { ApolloGatewayDriverConfig } from '@nestjs/apollo';
import type { FastifyRequest } from 'fastify';
import { operationMetrics } from '#graphql';
import { currentCorrelation, type Logger } from '#observability';
import type { AccessTokens } from '#security';
import { type GatewayConfig, publicOrigin } from '../config.ts';
import { limitRules, MAX_TOKENS } from '../limits/limits.ts';
import type { SubgraphSources } from '../subgraphs/subgraph-sources.ts';
import type { ComposedGraph } from '../supergraph/composed-graph.ts';
import { visitorPlugin, type Visitors } from '../visitors/visitors.ts';
import { welcomePlugin } from '../welcome/welcome-plugin.ts';
import { type Caller, identifyCaller } from './caller.ts';
import { publicError } from './public-error.ts';
import { subscriptionsElsewhere } from './subscriptions-elsewhere.ts';

export const GRAPH_PATH = '/graphql';

/** Queries and mutations over HTTP, planned and joined by @apollo/gateway. */
export function graphOptions(
  config: GatewayConfig,
  graph: ComposedGraph,
  sources: SubgraphSources,
  tokens: AccessTokens,
  visitors: Visitors,
  logger: Logger,
): Omit<ApolloGatewayDriverConfig, 'driver'> & { stopOnApplicationShutdown: boolean } {
  const inProduction = config.NODE_ENV === 'production';
  // @apollo/gateway would report to its maker that it runs.
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  return {
    // Not before the HTTP server has closed: Apollo's own drain would wait for the open WebSockets.
    stopOnApplicationShutdown: true,
    gateway: {
      supergraphSdl: graph.sdl,
      buildService: ({ name }) => sources.get(name),
      __exposeQueryPlanExperimental: false,
      logger: gatewayLogger(logger),
    },
    server: {
      path: GRAPH_PATH,
      graphiql: false,
      introspection: !inProduction,
      hideSchemaDetailsFromClientErrors: inProduction,
      includeStacktraceInErrorResponses: false,
      autoTransformHttpErrors: false,
      allowBatchedHttpRequests: false,
      validationRules: limitRules,
      parseOptions: { maxTokens: MAX_TOKENS },
      plugins: [
        operationMetrics(),
        subscriptionsElsewhere(),
        visitorPlugin(visitors),
        welcomePlugin(publicOrigin(config)),
      ],
      context: (request: FastifyRequest): Promise<Caller> =>
        identifyCaller(tokens, logger, {
          authorization: request.headers.authorization,
          correlationId: currentCorrelation()?.correlationId ?? '',
          ip: request.ip,
          visitor: visitors.tokenIn(request),
        }),
      formatError: (formatted, error) => publicError(logger, formatted, error),
    },
  };
}

/** What @apollo/gateway has to say at each start is of no use to operators. */
function gatewayLogger(logger: Logger) {
  return {
    debug: (message?: string) => logger.trace(message),
    info: (message?: string) => logger.debug(message),
    warn: (message?: string) => logger.warn(message),
    error: (message?: string) => logger.error(message),
  };
}
