import { Redis } from 'ioredis';
import { parseEnvironment, settings } from '#config';
import { openMongo } from '#persistence';
import { type Percentiles, percentilesOf } from '../frame/percentiles.ts';
import type { House } from './house.ts';

const PINGS = 200;

export interface EnginePings {
  readonly mongodbPingMs: Percentiles | null;
  readonly redisPingMs: Percentiles | null;
}

/** Round trips to the engines, one after the other, while the house rests: what this machine gives at best today. */
export async function pingEngines(house: House): Promise<EnginePings> {
  const mongo = parseEnvironment(settings.mongo, {
    MONGODB_URI: house.engineUrl('mongodb'),
    MONGODB_SESSIONS: 'false',
  });
  const client = await openMongo(mongo);
  const redis = new Redis(house.engineUrl('redis'), { lazyConnect: true, maxRetriesPerRequest: 1 });
  try {
    await redis.connect();
    return {
      mongodbPingMs: await timed(() => client.db().command({ ping: 1 })),
      redisPingMs: await timed(() => redis.ping()),
    };
  } finally {
    redis.disconnect();
    await client.close();
  }
}

async function timed(ping: () => Promise<unknown>): Promise<Percentiles | null> {
  const took: number[] = [];
  for (let count = 0; count < PINGS; count++) {
    const startedAt = performance.now();
    await ping();
    took.push(performance.now() - startedAt);
  }
  return percentilesOf(took);
}
