import { executeQueryPlan } from '@apollo/gateway';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from '#observability';
import type { Caller } from '../graph/caller.ts';
import { publicError } from '../graph/public-error.ts';
import type { SubgraphSources } from '../subgraphs/subgraph-sources.ts';
import type { ComposedGraph } from '../supergraph/composed-graph.ts';
import { EVENT_SOURCE, type SubscriptionPlan } from './subscription-planner.ts';
import type { SubgraphEvent } from './upstream.ts';

type GatewayRequest = Parameters<typeof executeQueryPlan>[2];

/**
 * Makes of a service's event what the client asked for: fields of other services, fragments, aliases, conditions and null
 * rules are the business of @apollo/gateway, which is told that the event is the answer to the plan's first question.
 */
export class EventJoiner {
  constructor(
    private readonly graph: ComposedGraph,
    private readonly sources: SubgraphSources,
    private readonly logger: Logger,
  ) {}

  /** `event` is used up: the services' fields are merged into it. Never rejects: what fails is among the errors. */
  async join(
    plan: SubscriptionPlan,
    variables: Readonly<Record<string, unknown>>,
    caller: Caller,
    event: SubgraphEvent,
  ): Promise<ExecutionResult> {
    const services = {
      ...this.sources.byName,
      [EVENT_SOURCE]: { process: async () => ({ data: event.data, errors: event.errors }) },
    };
    const { supergraphSchema, apiSchema } = this.graph;
    try {
      const request = gatewayRequest(plan, variables, caller);
      const { data, errors } = await executeQueryPlan(
        plan.perEvent,
        services,
        request,
        plan.operationContext,
        supergraphSchema,
        apiSchema,
      );
      return errors ? { data, errors: errors.map((error) => this.public(error)) } : { data };
    } catch (error) {
      return { data: null, errors: [this.public(error)] };
    }
  }

  private public(error: unknown): GraphQLError {
    const formatted: GraphQLFormattedError = error instanceof GraphQLError ? error.toJSON() : { message: '' };
    const { message, path, extensions } = publicError(this.logger, formatted, error);
    return new GraphQLError(message, { path, extensions });
  }
}

/** The part of Apollo Server's request that running a plan reads. */
function gatewayRequest(
  plan: SubscriptionPlan,
  variables: Readonly<Record<string, unknown>>,
  caller: Caller,
): GatewayRequest {
  const request: Partial<GatewayRequest> = {
    request: { variables: { ...variables } },
    operation: plan.operationContext.operation,
    document: plan.document,
    context: { ...caller },
    metrics: {},
  };
  return request as GatewayRequest;
}
