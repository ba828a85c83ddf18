import type { GraphQLError } from 'graphql';
import { viewerOf } from '#graphql';
import type { Logger } from '#observability';
import type { AccessTokens, Viewer } from '#security';

/** Who calls, and what of the call every service is told. */
export interface Caller {
  /** Undefined for an anonymous call, and when the edge could not find out. */
  readonly viewer: Viewer | undefined;
  /** The `Authorization` header as it came: each service judges it for itself. */
  readonly authorization: string | undefined;
  readonly correlationId: string;
  /** The address that an HTTP request came from. */
  readonly ip?: string;
  /** Token of an anonymous client; one that has none gets it with its first command. */
  visitor?: string | undefined;
}

/**
 * Refuses tokens that are surely worthless, so that they cost no service anything. Where auth's keys cannot be had, the
 * judgement is left to the services, which may still know them.
 * @throws GraphQLError UNAUTHENTICATED
 */
export async function identifyCaller(
  tokens: AccessTokens,
  logger: Logger,
  call: Omit<Caller, 'viewer'>,
): Promise<Caller> {
  try {
    return { ...call, viewer: await viewerOf(tokens, call.authorization) };
  } catch (error) {
    if (isUnauthenticated(error)) throw error;
    logger.warn({ err: error }, "auth's keys cannot be had; the token is left to the services");
    return { ...call, viewer: undefined };
  }
}

function isUnauthenticated(error: unknown): error is GraphQLError {
  return (error as GraphQLError).extensions?.['code'] === 'UNAUTHENTICATED';
}
