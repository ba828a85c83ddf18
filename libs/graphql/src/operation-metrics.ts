import type { ApolloServerPlugin } from '@apollo/server';
import { durations } from '#observability';

const operations = durations('tessera_graphql_operation_seconds', 'GraphQL operations by root field', [
  'operation',
  'outcome',
]);

/** Rate, errors and duration of each operation, named by its first root field: a bounded set, unlike client names. */
export function operationMetrics(): ApolloServerPlugin {
  return {
    requestDidStart: async () => {
      const end = operations.startTimer();
      return {
        willSendResponse: async ({ operation, response }) => {
          const root = operation?.selectionSet.selections.find((selection) => selection.kind === 'Field');
          const { body } = response;
          const failed = body.kind === 'single' && (body.singleResult.errors?.length ?? 0) > 0;
          end({ operation: root?.name.value ?? 'invalid', outcome: failed ? 'error' : 'ok' });
        },
      };
    },
  };
}
