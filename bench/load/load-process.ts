import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RushRecord } from '../sale/rush.ts';
import type { Job, WindowRecord, Word } from './job.ts';

const ENTRY = join(import.meta.dirname, 'worker.js');

/** The load ended by itself: a bug of the harness, for failures of the platform are counted. */
export class LoadProcessFailure extends Error {
  override readonly name = 'LoadProcessFailure';
}

/** A process of its own that makes load, job after job. */
export class LoadProcess {
  private constructor(private readonly child: ChildProcess) {}

  static async start(entry = ENTRY): Promise<LoadProcess> {
    const child = fork(entry, { serialization: 'advanced' });
    await once(child, 'spawn');
    return new LoadProcess(child);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async rush<C>(job: Extract<Job, { kind: 'rush' }>, meter: () => () => C, signal: AbortSignal) {
    return this.run<RushRecord, C>(job, meter, signal);
  }

  async measure<C>(job: Extract<Job, { kind: 'window' }>, meter: () => () => C, signal: AbortSignal) {
    return this.run<WindowRecord, C>(job, meter, signal);
  }

  close(): void {
    if (this.child.connected) this.child.disconnect();
  }

  /** `meter` is called as the measured time opens, and what it returns as it closes. */
  private run<R extends RushRecord | WindowRecord, C>(
    job: Job,
    meter: () => () => C,
    signal: AbortSignal,
  ): Promise<{ record: R; metered: C }> {
    const { child } = this;
    return new Promise((resolve, reject) => {
      let read: (() => C) | undefined;
      let metered: { readonly value: C } | undefined;
      const end = (): void => {
        child.off('message', hear).off('exit', onExit);
        signal.removeEventListener('abort', onAbort);
      };
      const fail = (error: unknown): void => {
        end();
        reject(error instanceof Error ? error : new LoadProcessFailure(String(error)));
      };
      const onExit = (): void => fail(new LoadProcessFailure('the process of the load ended'));
      const onAbort = (): void => {
        child.kill('SIGKILL');
        fail(signal.reason);
      };
      const hear = (word: Word): void => {
        switch (word.kind) {
          case 'opened':
            read = meter();
            return;
          case 'closed':
            metered = read && { value: read() };
            return;
          case 'rushed':
          case 'measured':
            if (!metered) return fail(new LoadProcessFailure('the load was never measured'));
            end();
            return resolve({ record: word.record as R, metered: metered.value });
          case 'failed':
            return fail(new LoadProcessFailure(word.why));
        }
      };
      child.on('message', hear).on('exit', onExit);
      signal.addEventListener('abort', onAbort, { once: true });
      signal.throwIfAborted();
      child.send(job);
    });
  }
}
