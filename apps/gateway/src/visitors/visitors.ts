import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyRequest } from 'fastify';
import type { Clock, IdSource } from '#kernel';
import { issueVisitorToken, readVisitorToken, VISITOR_HEADER } from '#security';
import type { Caller } from '../graph/caller.ts';

/** Makes anonymous clients out by a token that they are given with their first command and send with the next. */
export class Visitors {
  constructor(
    private readonly key: Buffer,
    private readonly clock: Clock,
    private readonly ids: IdSource,
  ) {}

  /** The token that a request brings, if it is worth anything. */
  tokenIn({ headers }: FastifyRequest): string | undefined {
    const token = headers[VISITOR_HEADER];
    if (typeof token !== 'string') return undefined;
    return readVisitorToken(this.key, token, this.clock.now()) && token;
  }

  /** For who has none. `ip` is what holds are limited by: see TRUSTED_PROXIES. */
  newToken(ip: string): string {
    return issueVisitorToken(this.key, { visitorId: this.ids.uuid(), ip, now: this.clock.now() });
  }
}

/** Gives a token to who sends a command without being signed in; the command itself counts as the visitor's already. */
export function visitorPlugin(visitors: Visitors): ApolloServerPlugin<Caller> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation, contextValue: caller, response }) => {
        const isAnonymous = caller.authorization === undefined && caller.visitor === undefined;
        if (operation?.operation !== 'mutation' || !isAnonymous || caller.ip === undefined) return;
        caller.visitor = visitors.newToken(caller.ip);
        response.http?.headers.set(VISITOR_HEADER, caller.visitor);
      },
    }),
  };
}
