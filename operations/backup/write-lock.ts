import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import type { MongoClient } from 'mongodb';
import { Refused } from '../house/tool.ts';

/** The guard unlocks this long after the limit, should the tool hang. */
const GRACE_MS = 2_000;
const READY_WITHIN_MS = 10_000;

/** For hands: in `mongosh`, when all else failed. */
export const UNLOCK_BY_HAND = 'db.adminCommand({ fsyncUnlock: 1 })';

/**
 * MongoDB with its writes standing still (`fsync` with `lock`): reads go on, writes of everybody wait, on all databases.
 * The lock belongs to nobody and outlives its connection, so a guard, a process of its own, takes it off when this
 * process dies in any way, or does not come back in time.
 */
export class WriteLock {
  private constructor(
    private readonly mongo: MongoClient,
    private readonly guard: ChildProcess,
    private readonly timer: NodeJS.Timeout,
    /** Aborts when the lock is held for too long: then nothing read under it may be used. */
    readonly expired: AbortSignal,
    private readonly takenAt: number,
  ) {}

  static async take(mongo: MongoClient, uri: string, limitMs: number): Promise<WriteLock> {
    const guard = await startGuard(uri, limitMs + GRACE_MS);
    const expiry = new AbortController();
    const takenAt = performance.now();
    try {
      await mongo.db('admin').command({ fsync: 1, lock: true });
    } catch (error) {
      await dismiss(guard);
      throw error;
    }
    const timer = setTimeout(
      () =>
        expiry.abort(
          new Refused(
            `Writes have stood still for ${limitMs / 1_000} s, the limit; they go on, and there is no backup.\n` +
              'Try again when the house is calmer, or allow more time with --limit SECONDS.',
          ),
        ),
      limitMs,
    );
    return new WriteLock(mongo, guard, timer, expiry.signal, takenAt);
  }

  /** Lets writes go on, and says for how long they stood still. Whatever goes wrong here, the guard makes up for it. */
  async release(): Promise<number> {
    clearTimeout(this.timer);
    try {
      await this.mongo.db('admin').command({ fsyncUnlock: 1 });
      await dismiss(this.guard);
    } finally {
      this.guard.stdin?.end();
    }
    return performance.now() - this.takenAt;
  }
}

async function startGuard(uri: string, limitMs: number): Promise<ChildProcess> {
  const program = join(import.meta.dirname, `lock-guard${extname(import.meta.filename)}`);
  // In a group of its own, out of reach of a Ctrl-C that ends this process.
  const guard = spawn(process.execPath, ['--no-warnings', program, String(limitMs)], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, MONGODB_URI: uri },
  });
  const ready = await Promise.race([
    once(guard.stdout, 'data').then(() => true),
    once(guard, 'exit').then(() => false),
    once(AbortSignal.timeout(READY_WITHIN_MS), 'abort').then(() => false),
  ]);
  if (ready) return guard;
  guard.kill();
  throw new Error('the guard of the write lock did not start; nothing was locked');
}

/** Tells the guard that the lock is off. */
async function dismiss(guard: ChildProcess): Promise<void> {
  if (guard.exitCode !== null) return;
  const gone = once(guard, 'exit');
  guard.stdin?.end('unlocked\n');
  await gone;
}
