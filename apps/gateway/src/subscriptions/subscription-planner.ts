import { createHash } from 'node:crypto';
import { operationFromDocument } from '@apollo/federation-internals';
import { buildOperationContext } from '@apollo/gateway';
import { type FetchNode, type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, getOperationAST, GraphQLError } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { parseWithinLimits, validateWithinLimits } from '../limits/limits.ts';
import type { ComposedGraph } from '../supergraph/composed-graph.ts';
import { type PlaceInLog, withPlace } from './place-in-log.ts';

/** Plans remembered; one of the usual size takes some ten kilobytes. */
const REMEMBERED = 500;

/** The name under which a plan finds its event, among the names of the services. */
export const EVENT_SOURCE = 'event';

type OperationContext = ReturnType<typeof buildOperationContext>;

/** A subscription as a client sends it. */
export interface SubscriptionRequest {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly extensions?: Readonly<Record<string, unknown>> | null;
}

/** What a subscription asks of whom. The same for all clients that send the same text. */
export interface SubscriptionPlan {
  readonly document: DocumentNode;
  readonly operationContext: OperationContext;
  /** The subscription of the service that owns the root field. */
  readonly primary: FetchNode;
  /** Of a log, what its events carry and a lost client resumes from; undefined for a stream that cannot be resumed. */
  readonly place: PlaceInLog | undefined;
  /** What answers one event: itself first, taken from {@link EVENT_SOURCE}, then what the other services add to it. */
  readonly perEvent: QueryPlan;
}

/** A subscription that is refused. */
export class RefusedSubscription extends Error {
  override readonly name = 'RefusedSubscription';

  constructor(readonly errors: readonly GraphQLError[]) {
    super(errors.map(({ message }) => message).join(' '));
  }
}

/** Plans subscriptions over the composed graph, which @apollo/gateway can plan but not run. */
export class SubscriptionPlanner {
  private readonly planner: QueryPlanner;
  private readonly plans = new Map<string, SubscriptionPlan>();

  constructor(private readonly graph: ComposedGraph) {
    this.planner = new QueryPlanner(graph.supergraph);
  }

  /** @throws RefusedSubscription when the request is not a subscription that this graph answers, within its limits. */
  plan({ query, operationName, variables, extensions }: SubscriptionRequest): SubscriptionPlan {
    const key = createHash('sha256')
      .update(operationName ?? '')
      .update('\n')
      .update(query)
      .digest('base64');
    const plan = this.plans.get(key) ?? this.newPlan(query, operationName ?? undefined);
    this.remember(key, plan);
    this.checkVariables(plan, variables ?? {});
    checkResume(plan, extensions?.['resume']);
    return plan;
  }

  private newPlan(query: string, operationName: string | undefined): SubscriptionPlan {
    const document = parsed(query);
    const problems = validateWithinLimits(this.graph.clientSchema, document);
    if (problems.length > 0) throw refused('GRAPHQL_VALIDATION_FAILED', problems);
    const operation = getOperationAST(document, operationName);
    if (!operation)
      throw refused('OPERATION_RESOLUTION_FAILURE', [
        new GraphQLError('Which operation is meant is not clear.'),
      ]);
    if (operation.operation !== 'subscription') {
      throw refused('BAD_REQUEST', [
        new GraphQLError('Only subscriptions are served over WebSocket: send this over HTTP.'),
      ]);
    }
    const { node } = this.planner.buildQueryPlan(
      operationFromDocument(this.graph.apiSchema, document, { operationName }),
    );
    if (node?.kind !== 'Subscription') {
      throw refused('BAD_REQUEST', [new GraphQLError('The subscription asks for nothing.')]);
    }
    const { rest } = node;
    const { primary, place } = withPlace(node.primary, this.graph.clientSchema);
    const event: FetchNode = { ...primary, serviceName: EVENT_SOURCE };
    return {
      document,
      operationContext: buildOperationContext({
        schema: this.graph.clientSchema,
        operationDocument: document,
        operationName,
      }),
      primary,
      place,
      perEvent: { kind: 'QueryPlan', node: rest ? { kind: 'Sequence', nodes: [event, rest] } : event },
    };
  }

  private checkVariables(
    { operationContext }: SubscriptionPlan,
    variables: Readonly<Record<string, unknown>>,
  ): void {
    const definitions = operationContext.operation.variableDefinitions ?? [];
    const { errors } = getVariableValues(this.graph.clientSchema, definitions, variables);
    if (errors) throw refused('BAD_USER_INPUT', errors);
  }

  /** The least recently used goes first. */
  private remember(key: string, plan: SubscriptionPlan): void {
    this.plans.delete(key);
    this.plans.set(key, plan);
    if (this.plans.size <= REMEMBERED) return;
    const oldest = this.plans.keys().next();
    if (!oldest.done) this.plans.delete(oldest.value);
  }
}

/** Whether the place is one that the log has is the service's business. */
function checkResume({ place }: SubscriptionPlan, resume: unknown): void {
  if (resume === undefined || resume === null) return;
  if (!place)
    throw refused('BAD_REQUEST', [
      new GraphQLError(
        'This subscription begins with how things are: it cannot be resumed from `extensions.resume`.',
      ),
    ]);
  if (typeof resume !== 'number' || !Number.isSafeInteger(resume) || resume < 0)
    throw refused('BAD_USER_INPUT', [
      new GraphQLError('`extensions.resume` must be the last `seq` that the client got: an integer from 0.'),
    ]);
}

function parsed(query: string): DocumentNode {
  try {
    return parseWithinLimits(query);
  } catch (error) {
    if (error instanceof GraphQLError) throw refused('GRAPHQL_PARSE_FAILED', [error]);
    throw error;
  }
}

function refused(code: string, errors: readonly GraphQLError[]): RefusedSubscription {
  return new RefusedSubscription(
    errors.map(
      (error) =>
        new GraphQLError(error.message, {
          nodes: error.nodes,
          source: error.source,
          positions: error.positions,
          extensions: { code },
        }),
    ),
  );
}
