import { GraphQLError } from 'graphql';
import type { z } from 'zod';
import { parseInput } from '#kernel';
import { requireViewer, type Viewer } from '#security';

/**
 * Arguments of a query. Queries have no unions of failures, so what is wrong with their arguments is an error of the
 * request. @throws GraphQLError BAD_USER_INPUT naming the argument
 */
export function parseArguments<S extends z.ZodType>(schema: S, raw: unknown): z.output<S> {
  const parsed = parseInput(schema, raw);
  if (parsed.ok) return parsed.value;
  throw new GraphQLError(parsed.failure.message, { extensions: { code: 'BAD_USER_INPUT' } });
}

/** The viewer of a query that needs one. @throws GraphQLError NOT_SIGNED_IN */
export function viewerOrError(viewer: Viewer | undefined): Viewer {
  const signedIn = requireViewer(viewer);
  if (signedIn.ok) return signedIn.value;
  throw new GraphQLError(signedIn.failure.message, { extensions: { code: signedIn.failure.code } });
}
