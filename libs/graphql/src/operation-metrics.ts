import type { ApolloServerPlugin } from '@apollo/server';
import type { FieldNode, OperationDefinitionNode, SelectionNode } from 'graphql';
import { activeSpan, durations, failSpan, type Span } from '#observability';

const operations = durations(
  'tessera_graphql_operation_seconds',
  'GraphQL operations by first root field, and whether the answer has errors',
  ['operation', 'outcome'],
);

/**
 * Rate, errors and duration of each operation, and its description in the request's span. Expected failures are values
 * of a union, not errors.
 */
export function operationMetrics(): ApolloServerPlugin {
  return {
    requestDidStart: async () => {
      const end = operations.startTimer();
      const span = activeSpan();
      return {
        willSendResponse: async ({ operation, response }) => {
          const name = operationLabel(operation);
          const { body } = response;
          const errors = body.kind === 'single' ? (body.singleResult.errors ?? []) : [];
          end({ operation: name, outcome: errors.length > 0 ? 'error' : 'ok' });
          if (span) describe(span, operation, name, errors.length);
        },
      };
    },
  };
}

/**
 * Names come from the schema: a document that names anything else has not passed validation and is `invalid`. A client's
 * own operation name is no label, for clients can make up any number of them.
 */
export function operationLabel(operation: OperationDefinitionNode | undefined): string {
  if (!operation) return 'invalid';
  const root = operation.selectionSet.selections.find(isField);
  if (!root) return 'other';
  return root.name.value === '_entities' ? `_entities ${joinedType(root)}` : root.name.value;
}

/** Which type the gateway joins: `_entities(…) { ... on Event { availability } }`. */
function joinedType({ selectionSet }: FieldNode): string {
  for (const selection of selectionSet?.selections ?? []) {
    if (selection.kind === 'InlineFragment' && selection.typeCondition)
      return selection.typeCondition.name.value;
  }
  return 'other';
}

function isField(selection: SelectionNode): selection is FieldNode {
  return selection.kind === 'Field';
}

function describe(
  span: Span,
  operation: OperationDefinitionNode | undefined,
  name: string,
  errors: number,
): void {
  const type = operation?.operation ?? 'invalid';
  span.updateName(`${type} ${name}`);
  span.setAttributes({ 'graphql.operation.type': type, 'graphql.operation.field': name });
  if (errors > 0) {
    span.setAttribute('graphql.errors', errors);
    failSpan(span, new Error('the answer has errors'));
  }
}
