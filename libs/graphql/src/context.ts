import DataLoader from 'dataloader';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import {
  type AccessTokens,
  bearerToken,
  InvalidAccessToken,
  type Principal,
  type ScannerDevice,
  type Viewer,
} from '#security';

/** What every resolver of a request shares. */
export interface GraphContext {
  /** The signed-in user; undefined for anonymous requests and for devices. */
  readonly viewer: Viewer | undefined;
  /** The scanner device that asks for itself; undefined for everybody else. */
  readonly device?: ScannerDevice | undefined;
  readonly loaders: Loaders;
  /** Of a subscription. */
  readonly subscription?: SubscriptionContext;
  /** Of the HTTP request; undefined for a subscription. */
  readonly request?: FastifyRequest;
  readonly reply?: FastifyReply;
}

export interface SubscriptionContext {
  /**
   * Who asks, by the token's word of this moment; undefined for anonymous clients.
   * @throws GraphQLError UNAUTHENTICATED once the token's time is over
   */
  viewerNow(): Promise<Viewer | undefined>;
  /** What the client sent as `extensions.resume`: of any type, for it is not checked yet. */
  readonly resume: unknown;
}

/** Most keys that one database query is asked for. */
const MAX_BATCH = 500;

/** One DataLoader per question and request, so that a list of 100 costs one query. */
export class Loaders {
  private readonly byQuestion = new Map<object, DataLoader<unknown, unknown>>();

  /** `remember: false` for a subscription, whose context lives for many events: each event asks anew. */
  constructor(private readonly remember = true) {}

  /**
   * `question` identifies the loader: the function that answers many keys at once, defined once (not per call).
   * It gives a map, so that keys without an answer need no care.
   */
  load<K, V>(question: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>, key: K): Promise<V | undefined> {
    let loader = this.byQuestion.get(question) as DataLoader<K, V | undefined> | undefined;
    if (!loader) {
      loader = new DataLoader<K, V | undefined>(
        async (keys) => {
          const answers = await question(keys);
          return keys.map((one) => answers.get(one));
        },
        { maxBatchSize: MAX_BATCH, cache: this.remember },
      );
      this.byQuestion.set(question, loader as unknown as DataLoader<unknown, unknown>);
    }
    return loader.load(key);
  }
}

/**
 * Who asks; undefined when no token is given.
 * @throws GraphQLError UNAUTHENTICATED (HTTP 401) when a token is given and is not valid.
 */
export async function principalOf(
  tokens: AccessTokens,
  authorization: string | undefined,
): Promise<Principal | undefined> {
  if (authorization === undefined || authorization === '') return undefined;
  const token = bearerToken(authorization);
  if (!token) throw unauthenticated('The Authorization header must be `Bearer <accessToken>`.');
  try {
    return await tokens.verify(token);
  } catch (error) {
    if (error instanceof InvalidAccessToken) throw unauthenticated(`${error.message}: sign in again.`);
    throw error;
  }
}

/** The user who asks; undefined for anonymous requests and for devices. @throws as `principalOf` */
export async function viewerOf(
  tokens: AccessTokens,
  authorization: string | undefined,
): Promise<Viewer | undefined> {
  return (await principalOf(tokens, authorization))?.viewer;
}

function unauthenticated(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } } });
}
