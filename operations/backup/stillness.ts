import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MongoClient } from 'mongodb';
import { Refused } from '../house/tool.ts';

/** The guard acts this long after the limit, should the tool hang. */
const GRACE_MS = 2_000;
const READY_WITHIN_MS = 10_000;
/** What services had sent before they were paused is done when the counters have not moved for so long. */
const CALM_MS = 200;
const CALM_WITHIN_MS = 5_000;

/** A time in which nothing of the house is written. */
export interface Stillness {
  /** Aborts when it has lasted too long: then nothing read in it may be used. */
  readonly expired: AbortSignal;
  /** Lets writes go on, and says for how long they stood still. @throws Refused when something was written after all */
  readonly release: () => Promise<number>;
}

/** Makes a house stand still for at most `limitMs`. */
export type StandStill = (limitMs: number) => Promise<Stillness>;

/**
 * Pauses the services' processes (SIGSTOP): for a house on one machine, whatever its MongoDB. The embedded engine has
 * eight threads for everybody; under a write lock eight waiting writes would take them all, the unlocking included.
 * `engineIsOurs` says that nobody else writes to the engine, whose counters then show that nothing was written.
 */
export function pausing(
  mongo: MongoClient,
  pids: readonly number[],
  { engineIsOurs }: { engineIsOurs: boolean },
): StandStill {
  return async (limitMs) => {
    const guard = await startGuard(limitMs, ['resume', pids.join(',')], {});
    const resume = (): void => signalAll(pids, 'SIGCONT');
    const takenAt = performance.now();
    try {
      signalAll(pids, 'SIGSTOP');
      const before = await writesOnceCalm(mongo, engineIsOurs);
      return stillness({ guard, limitMs, takenAt }, async () => {
        const after = engineIsOurs ? await writesSoFar(mongo) : before;
        resume();
        if (after !== before)
          throw new Refused(
            'Something that is no service of this house wrote to MongoDB meanwhile (an import, another tool): ' +
              'there is no backup. Try again when it is done.',
          );
      });
    } catch (error) {
      resume();
      await dismiss(guard);
      throw error;
    }
  };
}

/**
 * Stops writes in MongoDB itself (`fsync` with `lock`): for a server that has a thread for each connection, such as
 * `mongod`. The lock belongs to nobody and outlives its connection. By hand: `db.adminCommand({ fsyncUnlock: 1 })`.
 */
export function locking(mongo: MongoClient, uri: string): StandStill {
  return async (limitMs) => {
    await refuseEmbeddedEngine(mongo);
    const guard = await startGuard(limitMs, ['unlock'], { MONGODB_URI: uri });
    const takenAt = performance.now();
    try {
      await mongo.db('admin').command({ fsync: 1, lock: true });
    } catch (error) {
      // Whether it is locked is not known: the guard finds out, since it is not told that all is well.
      guard.stdin?.destroy();
      throw error;
    }
    return stillness({ guard, limitMs, takenAt }, async () => {
      await mongo.db('admin').command({ fsyncUnlock: 1 });
    });
  };
}

function stillness(
  { guard, limitMs, takenAt }: { guard: ChildProcess; limitMs: number; takenAt: number },
  undo: () => Promise<void>,
): Stillness {
  const expiry = new AbortController();
  const late = new Refused(
    `Writes have stood still for ${limitMs / 1_000} s, the limit; they go on, and there is no backup.\n` +
      'Try again when the house is calmer, or allow more time with --limit SECONDS.',
  );
  const timer = setTimeout(() => expiry.abort(late), limitMs);
  return {
    expired: expiry.signal,
    release: async () => {
      clearTimeout(timer);
      await undo();
      await dismiss(guard);
      return performance.now() - takenAt;
    },
  };
}

/**
 * A process of its own that makes writes go on when this one dies in any way, or does not come back in time. In a group
 * of its own, out of reach of a Ctrl-C that ends this process.
 */
async function startGuard(
  limitMs: number,
  task: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<ChildProcess> {
  const program = join(import.meta.dirname, `guard${extname(import.meta.filename)}`);
  const guard = spawn(process.execPath, ['--no-warnings', program, String(limitMs + GRACE_MS), ...task], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const ready = await Promise.race([
    once(guard.stdout, 'data').then(() => true),
    once(guard, 'exit').then(() => false),
    sleep(READY_WITHIN_MS, false, { ref: false }),
  ]);
  if (ready) return guard;
  guard.kill();
  throw new Error('the guard did not start; nothing was stopped');
}

/** Tells the guard that all is well. */
async function dismiss(guard: ChildProcess): Promise<void> {
  if (guard.exitCode !== null) return;
  const gone = once(guard, 'exit');
  guard.stdin?.end('done\n');
  await gone;
}

function signalAll(pids: readonly number[], signal: 'SIGSTOP' | 'SIGCONT'): void {
  for (const pid of pids)
    try {
      process.kill(pid, signal);
    } catch {
      // One that died is started again, and goes on where it was; one that is gone writes nothing.
    }
}

async function writesOnceCalm(mongo: MongoClient, engineIsOurs: boolean): Promise<number> {
  const deadline = performance.now() + CALM_WITHIN_MS;
  let before = await writesSoFar(mongo);
  for (;;) {
    await sleep(CALM_MS);
    const now = await writesSoFar(mongo);
    if (now === before || !engineIsOurs) return now;
    if (performance.now() > deadline)
      throw new Refused(
        'MongoDB is written to by something that is no service of this house; there is no backup.',
      );
    before = now;
  }
}

/** Inserts, updates and deletes that the engine has carried out since it started, for whomever. */
async function writesSoFar(mongo: MongoClient): Promise<number> {
  const { opcounters } = await mongo.db('admin').command({ serverStatus: 1 });
  const { insert, update, delete: deleted } = opcounters as Record<string, number | undefined>;
  return (insert ?? 0) + (update ?? 0) + (deleted ?? 0);
}

async function refuseEmbeddedEngine(mongo: MongoClient): Promise<void> {
  const { modules } = await mongo.db('admin').command({ buildInfo: 1 });
  if (Array.isArray(modules) && modules.includes('embedded'))
    throw new Refused(
      'The embedded MongoDB cannot be locked under load, and no house runs in this folder whose services could be paused.\n' +
        'Take the backup in the folder in which the house was started.',
    );
}
