import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type House, NoHouse } from '../../house/house.ts';
import { asOperator } from '../../house/operator.ts';
import { type Harm, killOf } from '../rounds.ts';

/** Redis' default name of the folder of its append-only file, which is of several parts. */
const APPEND_ONLY = 'appendonlydir';
const END_LIMIT_MS = 2_000;

/** Everything in Redis is gone, and its run id is the same. */
export const flushOfRedis: Harm = {
  target: 'redisFlushed',
  inflict: async (house) => {
    await asOperator(house, ({ redis }) => redis.flushall());
    return () => Promise.resolve(true);
  },
};

/** Redis comes back as it was when the round began: its append-only file is swapped for a copy while it is down. */
export function agingOfRedis(): Harm {
  const kill = killOf('redis');
  return {
    target: 'redisAged',
    prepare: async (house) => {
      const { live, copy } = folders(house);
      if (!existsSync(live)) throw new NoHouse(`Redis keeps no append-only file in ${live}.`);
      rmSync(copy, { recursive: true, force: true });
      // What was written is in the file at once, though not yet on the disk.
      await asOperator(house, ({ redis }) => untilNotRewriting(redis));
      cpSync(live, copy, { recursive: true });
    },
    inflict: async (house) => {
      const { live, copy, lost } = folders(house);
      const pid = pidOfRedis(house);
      const hasRecovered = await kill.inflict(house);
      await untilEnded(pid);
      // The launcher waits half a second before it starts it again.
      renameSync(live, lost);
      renameSync(copy, live);
      if (pidOfRedis(house) !== pid)
        throw new NoHouse('Redis was started again before its file was swapped.');
      rmSync(lost, { recursive: true, force: true });
      return hasRecovered;
    },
  };
}

function folders(house: House): { live: string; copy: string; lost: string } {
  const live = join(dirname(house.recordFile), 'data', 'redis', APPEND_ONLY);
  return { live, copy: `${live}.aged`, lost: `${live}.lost` };
}

function pidOfRedis(house: House): number {
  const redis = house.components().find(({ name }) => name === 'redis');
  if (!redis) throw new NoHouse('The house runs no redis of its own that could be aged.');
  return redis.pid;
}

/** A rewrite replaces the parts of the file while they are copied. */
async function untilNotRewriting(redis: { info(section: string): Promise<string> }): Promise<void> {
  const deadline = performance.now() + END_LIMIT_MS;
  while (/^aof_rewrite_in_progress:1/m.test(await redis.info('persistence'))) {
    if (performance.now() > deadline) throw new NoHouse('Redis rewrites its append-only file without end.');
    await sleep(50);
  }
}

async function untilEnded(pid: number): Promise<void> {
  const deadline = performance.now() + END_LIMIT_MS;
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    if (performance.now() > deadline) throw new NoHouse(`Process ${pid} survived kill -9.`);
    await sleep(2);
  }
}
