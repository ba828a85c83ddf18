import { unwrapResolverError } from '@apollo/server/errors';
import { Catch, type ExceptionFilter } from '@nestjs/common';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { isEngineDown } from '#messaging';
import type { Logger } from '#observability';

/** Codes of GraphQL's and Apollo's own that describe the client's request. */
const CLIENT_CODES = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** What a client may see of an unexpected error: never a stack, an address or an engine's words. */
export function formatGraphError(
  logger: Logger,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const code = formatted.extensions?.['code'];
    if (typeof code === 'string' && CLIENT_CODES.has(code)) return withoutStack(formatted, code);
    const cause = unwrapResolverError(error);
    if (cause instanceof GraphQLError && typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') {
      return withoutStack(formatted, code);
    }
    if (isEngineDown(cause)) {
      logger.warn({ err: cause, path: formatted.path }, 'an engine is down');
      return {
        ...formatted,
        message: 'A part of the platform is down for the moment: try again.',
        extensions: { code: 'UNAVAILABLE' },
      };
    }
    logger.error({ err: cause, path: formatted.path }, 'unexpected error');
    return {
      ...formatted,
      message: 'Something went wrong on our side.',
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    };
  };
}

/**
 * Hands what a question or a stream is answered with in a failure's place on to GraphQL. Nest would log it as an error of
 * ours, with its stack, once for every visitor who asks for what is not theirs.
 */
@Catch(GraphQLError)
export class ExpectedErrors implements ExceptionFilter<GraphQLError> {
  catch(error: GraphQLError): GraphQLError {
    return error;
  }
}

function withoutStack(formatted: GraphQLFormattedError, code: string): GraphQLFormattedError {
  const field = formatted.extensions?.['field'];
  return {
    message: formatted.message,
    locations: formatted.locations,
    path: formatted.path,
    extensions: typeof field === 'string' ? { code, field } : { code },
  };
}
