import { GraphQLError } from 'graphql';
import type { z } from 'zod';
import { parseInput } from '#kernel';

/**
 * Arguments of a query. Queries have no unions of failures, so what is wrong with their arguments is an error of the
 * request. @throws GraphQLError BAD_USER_INPUT naming the argument
 */
export function parseArguments<S extends z.ZodType>(schema: S, raw: unknown): z.output<S> {
  const parsed = parseInput(schema, raw);
  if (parsed.ok) return parsed.value;
  throw new GraphQLError(parsed.failure.message, { extensions: { code: 'BAD_USER_INPUT' } });
}
