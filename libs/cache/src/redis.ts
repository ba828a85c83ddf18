import { Redis } from 'ioredis';
import type { RedisSettings } from '#config';
import type { Logger } from '#observability';
import { observeRedis } from './redis-telemetry.ts';

/** Nest injection token of the connection for commands. */
export const REDIS = Symbol('Redis');

/** Nest injection token of the connection that only listens (a subscribed connection takes no other commands). */
export const REDIS_SUBSCRIBER = Symbol('RedisSubscriber');

/** A command that Redis takes longer for has failed, whatever becomes of it. */
const ANSWERED_WITHIN_MS = 5_000;
/**
 * A connection on which nothing comes while something is asked is given up: it may have been forgotten on the way, which
 * TCP notices after a quarter of an hour. After the command's own limit, so that this is what its caller is told.
 */
const SILENT_FOR_MS = 6_000;
/** As ioredis has it: connect anew, and let the command fail. */
const RECONNECT = 1;

/** Reconnects by itself, for ever; a command waits at most a few reconnects, then fails, so that callers can answer. */
export function openRedis(settings: RedisSettings, name: string, logger: Logger): Redis {
  observeRedis();
  const redis = new Redis(settings.REDIS_URL, {
    connectionName: name,
    keyPrefix: settings.REDIS_KEY_PREFIX,
    maxRetriesPerRequest: 2,
    connectTimeout: 5_000,
    commandTimeout: ANSWERED_WITHIN_MS,
    socketTimeout: SILENT_FOR_MS,
    // The address may lead to another server by now: this one was made a replica.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? RECONNECT : false),
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000),
  });
  let lastMessage = '';
  redis.on('error', (error: Error) => {
    if (error.message !== lastMessage) logger.warn({ err: error, connection: name }, 'redis connection');
    lastMessage = error.message;
  });
  redis.on('ready', () => (lastMessage = ''));
  return redis;
}

/**
 * Answers of a server that cannot do the command now, whatever it is: starting, a replica, without its primary, out of
 * memory, unable to write its file, or busy with a script.
 */
const PASSING_ANSWERS = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|OOM|MISCONF|BUSY) /;
/** Of ioredis and Node.js, when there is no connection or it breaks. */
const NO_CONNECTION =
  /Connection is closed|Command timed out|Socket timeout|isn't writeable|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE/;

/** Redis cannot be reached, or cannot do its work for the moment: the same command may work later. */
export function isRedisDown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === 'MaxRetriesPerRequestError' ||
    PASSING_ANSWERS.test(error.message) ||
    NO_CONNECTION.test(error.message)
  );
}
