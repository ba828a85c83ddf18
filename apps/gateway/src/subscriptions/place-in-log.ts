import type { FetchNode } from '@apollo/query-planner';
import {
  type FieldNode,
  getNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
} from 'graphql';
import type { EventSink, Upstreams } from './upstream.ts';

/** The field of a log's events that says up to where everything has come; a type that has it can be resumed. */
const SEQ = 'seq';
/** Under this name the gateway asks for it, whatever the client asks for, and takes it off again. */
const PLACE = 'placeInLog_';

/** Where an event of a log carries its place. */
export interface PlaceInLog {
  /** The name of the root field in the answer. */
  readonly responseName: string;
}

/** What is asked of a service. */
interface LogRequest {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** The service's subscription, asking for the place of each event too if it is a log; as it was, if not. */
export function withPlace(
  primary: FetchNode,
  schema: GraphQLSchema,
): { primary: FetchNode; place: PlaceInLog | undefined } {
  const document = parse(primary.operation);
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const [root] = operation?.selectionSet.selections ?? [];
  if (!operation || root?.kind !== Kind.FIELD || !root.selectionSet || !isLog(root, schema))
    return { primary, place: undefined };
  const seq: FieldNode = {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: PLACE },
    name: { kind: Kind.NAME, value: SEQ },
  };
  const selections = [seq, ...root.selectionSet.selections];
  const asking = { ...root, selectionSet: { ...root.selectionSet, selections } };
  const changed = { ...operation, selectionSet: { ...operation.selectionSet, selections: [asking] } };
  const definitions = document.definitions.map((one) => (one === operation ? changed : one));
  return {
    primary: { ...primary, operation: print({ ...document, definitions }) },
    place: { responseName: root.alias?.value ?? root.name.value },
  };
}

/**
 * Subscribes to a log so that nothing of it is missed or told twice when the service is lost in between: the request that
 * is sent again says from where. `resume` is the client's own place; undefined for what happens from now on.
 */
export function followLog(
  upstreams: Upstreams,
  subgraph: string,
  request: LogRequest,
  { responseName }: PlaceInLog,
  resume: unknown,
  sink: EventSink,
): () => void {
  let last = resume ?? undefined;
  // graphql-ws makes text of the request anew each time it subscribes.
  const resuming = {
    ...request,
    get extensions() {
      return last === undefined ? undefined : { resume: last };
    },
  };
  return upstreams.subscribe(subgraph, resuming, {
    next: (event) => {
      const happened = event.data?.[responseName] as Record<string, unknown> | null | undefined;
      if (happened) {
        last = happened[PLACE] ?? last;
        delete happened[PLACE];
      }
      sink.next(event);
    },
    error: (error) => sink.error(error),
    complete: () => sink.complete(),
  });
}

function isLog({ name }: FieldNode, schema: GraphQLSchema): boolean {
  const field = schema.getSubscriptionType()?.getFields()[name.value];
  const type = field && getNamedType(field.type);
  return (isObjectType(type) || isInterfaceType(type)) && SEQ in type.getFields();
}
