import { GraphQLError } from 'graphql';
import { type Failure, formatMoney, InvalidInput, type Money, type Result } from '#kernel';

/** A member of a union, as GraphQL's default type resolution reads it. */
export interface Answer {
  readonly __typename: string;
  readonly [field: string]: unknown;
}

/** `SOLD_OUT` → `SoldOut`: the GraphQL type of a failure is named after its code. */
function failureTypeName(code: string): string {
  return code
    .toLowerCase()
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** A use case's result as a member of the mutation's union: the value as `typeName`, or the failure as its own type. */
export function answer<T>(typeName: string, result: Result<T>, toGraph: (value: T) => object): Answer {
  if (result.ok) return { ...toGraph(result.value), __typename: typeName };
  return failureAnswer(result.failure);
}

/** A failure as its own type, with the money that it tells of. */
function failureAnswer(failure: Failure): Answer {
  const fields = Object.entries(failure).map(([name, value]) => [
    name,
    isMoney(value) ? moneyToGraph(value) : value,
  ]);
  return {
    ...Object.fromEntries(fields),
    message: failure.message,
    __typename: failureTypeName(failure.code),
  };
}

function isMoney(value: unknown): value is Money {
  return typeof value === 'object' && value !== null && 'amount' in value && 'currency' in value;
}

/** Money as the schema has it. */
export function moneyToGraph(value: Money): Money & { formatted: string } {
  return { amount: value.amount, currency: value.currency, formatted: formatMoney(value) };
}

/**
 * The value, for a question whose type has no union to answer a failure with.
 * @throws GraphQLError with the failure's code and message, and an InvalidInput's field
 */
export function orGraphError<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw failureError(result.failure);
}

/** A failure where GraphQL leaves no other way to tell it: a question's, or the end of a stream. */
export function failureError(failure: Failure): GraphQLError {
  const { code, message } = failure;
  const extensions = failure instanceof InvalidInput ? { code, field: failure.field } : { code };
  return new GraphQLError(message, { extensions });
}
