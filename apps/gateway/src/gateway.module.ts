import { ApolloGatewayDriver, type ApolloGatewayDriverConfig } from '@nestjs/apollo';
import { type DynamicModule, Module } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { CLOCK, type Clock, IDS, type IdSource } from '#kernel';
import { LOGGER, type Logger } from '#observability';
import { AccessTokens } from '#security';
import { CoreModule } from '#service';
import { type GatewayConfig, publicOrigin } from './config.ts';
import { graphOptions } from './graph/graph-options.ts';
import { ExportsModule } from './exports/exports.module.ts';
import { ImagesModule } from './images/images.module.ts';
import { PaymentsModule } from './payments/payments.module.ts';
import { SubgraphSources } from './subgraphs/subgraph-sources.ts';
import { ComposedGraph } from './supergraph/composed-graph.ts';
import { SubscriptionServer } from './subscriptions/subscription-server.ts';
import { Visitors } from './visitors/visitors.ts';
import { PUBLIC_ORIGIN, WelcomeController } from './welcome/welcome.controller.ts';

/** What queries and subscriptions share: the composed graph and the way to the services. */
@Module({})
class GraphPartsModule {
  static for(config: GatewayConfig): DynamicModule {
    return {
      module: GraphPartsModule,
      providers: [
        { provide: ComposedGraph, useFactory: () => new ComposedGraph() },
        {
          provide: SubgraphSources,
          inject: [LOGGER],
          useFactory: (logger: Logger) => new SubgraphSources(config, logger),
        },
        {
          provide: Visitors,
          inject: [CLOCK, IDS],
          useFactory: (clock: Clock, ids: IdSource) => new Visitors(config.VISITOR_KEY, clock, ids),
        },
      ],
      exports: [ComposedGraph, SubgraphSources, Visitors],
    };
  }
}

/**
 * The public endpoint: one graph over all services. It keeps no state. It is ready as soon as it listens: a service that
 * is down takes away its own fields, which is no reason to send nobody here.
 */
@Module({})
export class GatewayModule {
  static forRoot(config: GatewayConfig): DynamicModule {
    const parts = GraphPartsModule.for(config);
    return {
      module: GatewayModule,
      imports: [
        CoreModule.forService('gateway', config),
        parts,
        ImagesModule.forRoot(config),
        ExportsModule.forRoot(config),
        PaymentsModule.forRoot(config),
        GraphQLModule.forRootAsync<ApolloGatewayDriverConfig>({
          driver: ApolloGatewayDriver,
          imports: [parts],
          inject: [ComposedGraph, SubgraphSources, AccessTokens, Visitors, LOGGER],
          useFactory: (
            graph: ComposedGraph,
            sources: SubgraphSources,
            tokens: AccessTokens,
            visitors: Visitors,
            logger: Logger,
          ) => graphOptions(config, graph, sources, tokens, visitors, logger),
        }),
      ],
      controllers: [WelcomeController],
      providers: [SubscriptionServer, { provide: PUBLIC_ORIGIN, useValue: publicOrigin(config) }],
    };
  }
}
