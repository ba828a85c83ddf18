import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from '#observability';

const INTERNAL = 'INTERNAL_SERVER_ERROR';
/** What @apollo/gateway calls a service's error that has no code of its own. */
const WITHOUT_A_CODE = new Set([INTERNAL, 'DOWNSTREAM_SERVICE_ERROR']);
/** From a client these are the client's fault; from a service they mean that the supergraph does not fit its schema. */
const REFUSED_DOCUMENT = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST']);

/**
 * What a client may see of an error: its message and field if somebody meant them for clients, which its code tells, else none; never
 * a stack, an address, or another server's answer.
 */
export function publicError(
  logger: Logger,
  error: GraphQLFormattedError,
  cause: unknown,
): GraphQLFormattedError {
  const { message, path, locations, extensions } = error;
  const code = typeof extensions?.['code'] === 'string' ? extensions['code'] : INTERNAL;
  const subgraph = extensions?.['serviceName'];
  const refused = subgraph !== undefined && REFUSED_DOCUMENT.has(code);
  if (!refused && !WITHOUT_A_CODE.has(code)) {
    const field = extensions?.['field'];
    const shown = typeof field === 'string' ? { code, field } : { code };
    return compact({ message, path, locations, extensions: shown });
  }
  if (subgraph === undefined) logger.error({ err: cause, path }, 'unexpected error');
  else
    logger.error(
      { subgraph, code, path, reason: message },
      refused ? 'a service refused what was planned' : 'a service failed',
    );
  return compact({
    message: 'Something went wrong on our side.',
    path,
    locations,
    extensions: { code: INTERNAL },
  });
}

function compact({ path, locations, ...rest }: GraphQLFormattedError): GraphQLFormattedError {
  return { ...rest, ...(path ? { path } : {}), ...(locations ? { locations } : {}) };
}
