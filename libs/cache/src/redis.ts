import { Redis } from 'ioredis';
import type { RedisSettings } from '#config';
import type { Logger } from '#observability';
import { observeRedis } from './redis-telemetry.ts';

/** Nest injection token of the connection for commands. */
export const REDIS = Symbol('Redis');

/** Nest injection token of the connection that only listens (a subscribed connection takes no other commands). */
export const REDIS_SUBSCRIBER = Symbol('RedisSubscriber');

/** Reconnects by itself, for ever; a command waits at most a few reconnects, then fails, so that callers can answer. */
export function openRedis(settings: RedisSettings, name: string, logger: Logger): Redis {
  observeRedis();
  const redis = new Redis(settings.REDIS_URL, {
    connectionName: name,
    keyPrefix: settings.REDIS_KEY_PREFIX,
    maxRetriesPerRequest: 2,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
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

/** Redis cannot be reached, or is still loading its data: the same command may work later. */
export function isRedisDown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === 'MaxRetriesPerRequestError' ||
    /^(LOADING|READONLY|CLUSTERDOWN|TRYAGAIN)|Connection is closed|ECONNREFUSED|ECONNRESET|Command timed out/.test(
      error.message,
    )
  );
}
