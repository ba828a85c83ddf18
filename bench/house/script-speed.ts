import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Redis } from 'ioredis';
import { openRedis } from '#cache';
import { parseEnvironment, settings } from '#config';
import { createLogger } from '#observability';
import { round } from '../frame/percentiles.ts';
import type { Progress } from '../frame/progress.ts';
import type { House } from './house.ts';

/** As the service reads them. */
const SCRIPTS = 'apps/tickets/src/inventory/infrastructure/scripts';
const PARTS = ['sale', 'holds', 'deadlines', 'accounts', 'facts', 'epoch', 'seats'];
/** No event has such an id, so nothing of the house is touched. */
const EVENT = 'bench-script-speed';
const TYPE = 'standing';
const CALLS = 15_000;
/** Both are measured so often, by turns, and the best of each counts: the machine may be slower at one moment. */
const TURNS = 3;
const HOLD_MS = 3_600_000;
const BENCHMARK_LIMIT_MS = 60_000;

export interface ScriptSpeed {
  /** Holds by the script a second, called as the service calls it. */
  readonly scriptHoldsPerSecond: number;
  /** The same script with the same payload by redis-benchmark; null where there is none. */
  readonly rawHoldsPerSecond: number | null;
  readonly scriptShareOfRaw: number | null;
}

/**
 * What the hold script does by itself on an event of its own: through the client that the services use, so many calls
 * under way on one connection; and by redis-benchmark with as many connections. Hold ids and accounts differ in each call.
 */
export async function measureScript(
  house: House,
  concurrency: number,
  progress: Progress,
): Promise<ScriptSpeed> {
  const url = house.engineUrl('redis');
  const redis = openRedis(
    parseEnvironment(settings.redis, { REDIS_URL: url, REDIS_KEY_PREFIX: '' }),
    'bench',
    createLogger('bench', 'silent'),
  );
  const lua = ['prelude', 'hold']
    .map((name) => readFileSync(join(SCRIPTS, `${name}.lua`), 'utf8'))
    .join('\n');
  redis.defineCommand('benchHold', { numberOfKeys: PARTS.length, lua });
  try {
    let mine = 0;
    let raw: number | null = null;
    for (let turn = 0; turn < TURNS; turn++) {
      const generation = await furnish(redis);
      mine = Math.max(mine, await throughClient(redis, generation, concurrency));
      await furnish(redis);
      const found = await byRedisBenchmark(redis, house, { lua, generation, concurrency }, progress);
      if (found !== null) raw = Math.max(raw ?? 0, found);
    }
    return {
      scriptHoldsPerSecond: mine,
      rawHoldsPerSecond: raw,
      scriptShareOfRaw: raw === null ? null : round(mine / raw),
    };
  } finally {
    await redis.unlink(...keys());
    redis.disconnect();
  }
}

function keys(): string[] {
  return PARTS.map((part) => `{event:${EVENT}}:${part}`);
}

/** An event with more units than both will take. */
async function furnish(redis: Redis): Promise<string> {
  const generation = /^run_id:(\w+)/m.exec(await redis.info('server'))?.[1] ?? '';
  const [sale = ''] = keys();
  await redis.unlink(...keys());
  await redis.hset(sale, {
    generation,
    open: 1,
    salesStart: 0,
    salesEnd: Date.now() + HOLD_MS,
    maxPerAccount: 1_000_000_000,
    currency: 'EUR',
    types: JSON.stringify([TYPE]),
    [`free:${TYPE}`]: 1_000_000_000,
    [`capacity:${TYPE}`]: 1_000_000_000,
    [`price:${TYPE}`]: 4_000,
    [`priceVersion:${TYPE}`]: 1,
    [`maxPerOrder:${TYPE}`]: 10,
  });
  return generation;
}

/** Twelve digits each, as redis-benchmark makes them. */
function payload(generation: string, hold: string, account: string): string[] {
  const line = JSON.stringify([{ ticketTypeId: TYPE, quantity: 1 }]);
  return [
    generation,
    `${EVENT}.${hold}`,
    `account-${account}`,
    String(HOLD_MS),
    line,
    '',
    '',
    `correlation-${hold}`,
    '',
    '',
  ];
}

async function throughClient(redis: Redis, generation: string, concurrency: number): Promise<number> {
  const commands = redis as unknown as { benchHold(...args: string[]): Promise<[string]> };
  const names = keys();
  let begun = 0;
  const loop = async (calls: number): Promise<void> => {
    for (const last = begun + calls; begun < last;) {
      const id = String(begun++).padStart(12, '0');
      const [outcome] = await commands.benchHold(...names, ...payload(generation, id, id));
      if (outcome !== 'OK') throw new Error(`the hold script answered ${outcome}`);
    }
  };
  await loop(CALLS / 10);
  const begunAt = performance.now();
  const each = Math.ceil(CALLS / concurrency);
  const before = begun;
  await Promise.all(Array.from({ length: concurrency }, () => loop(each)));
  return round(((begun - before) * 1_000) / (performance.now() - begunAt));
}

async function byRedisBenchmark(
  redis: Redis,
  house: House,
  { lua, generation, concurrency }: { lua: string; generation: string; concurrency: number },
  progress: Progress,
): Promise<number | null> {
  const program = findRedisBenchmark(house);
  if (!program) {
    progress.say('there is no redis-benchmark beside the running redis-server: no raw figure');
    return null;
  }
  const sha = createHash('sha1').update(lua).digest('hex');
  const { hostname, port } = new URL(house.engineUrl('redis'));
  const random = '__rand_int__';
  const where = ['-h', hostname, '-p', port, '-c', String(concurrency), '-n', String(CALLS)];
  const what = ['-r', '1000000000', '--csv', 'EVALSHA', sha, String(PARTS.length)];
  const { stdout } = await promisify(execFile)(
    program.path,
    [...where, ...what, ...keys(), ...payload(generation, random, random)],
    { env: { ...process.env, ...program.env }, timeout: BENCHMARK_LIMIT_MS, maxBuffer: 10_000_000 },
  );
  const held = await redis.hlen(keys()[1] ?? '');
  if (held < CALLS / 2) throw new Error(`redis-benchmark held ${held} of ${CALLS}: ${stdout.slice(0, 500)}`);
  // The last line: "EVALSHA …","requests per second","average latency", …
  const last = stdout.trim().split('\n').at(-1) ?? '';
  const rate = Number(/","(\d+(?:\.\d+)?)"/.exec(last)?.[1]);
  if (!Number.isFinite(rate)) throw new Error(`redis-benchmark said: ${stdout.slice(-500)}`);
  return round(rate);
}

/** It comes in the same folder as the server, and with the same libraries. */
function findRedisBenchmark(
  house: House,
): { path: string; env: Readonly<Record<string, string>> } | undefined {
  const server = house.components().find(({ name }) => name === 'redis');
  if (!server || process.platform !== 'linux') return undefined;
  const path = join(dirname(readlinkSync(`/proc/${server.pid}/exe`)), 'redis-benchmark');
  if (!existsSync(path)) return undefined;
  // Not from its environment, which the server writes its title over.
  const libraries = readFileSync(`/proc/${server.pid}/maps`, 'utf8').matchAll(/ (\/\S+)\/[^/\s]+\.so/g);
  const folders = new Set([...libraries].map(([, folder = '']) => folder));
  return { path, env: { LD_LIBRARY_PATH: [...folders].join(':') } };
}
