import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../frame/progress.ts';
import { House, NoHouse, readRecord } from './house.ts';

const LAUNCHER = 'platform/launcher/start.mjs';
/** A first start may download the engines; after that it takes about 15 s. */
const START_LIMIT_MS = 300_000;
const STOP_LIMIT_MS = 40_000;
const POLL_MS = 100;
/** A private house has engines of its own: those of the environment hold somebody's data. */
export const ENGINE_VARIABLES = ['MONGODB_URI', 'MONGODB_SESSIONS', 'REDIS_URL', 'KAFKA_BROKERS'];

/** A house of its own, on free ports and an empty data folder, with everything removed at the end. */
export class PrivateHouse {
  private constructor(
    readonly house: House,
    private readonly launcher: ChildProcess,
  ) {}

  /** Empty, or with what the backup in this folder holds. @throws NoHouse when it does not start. */
  static async start(progress: Progress, signal: AbortSignal, backup?: string): Promise<PrivateHouse> {
    progress.say(
      backup === undefined ? 'starting a private house' : 'starting a private house from the backup',
    );
    const id = `bench-${randomBytes(4).toString('hex')}`;
    const contents = backup === undefined ? ['--no-catalogue'] : ['--restore', backup];
    const launcher = spawn(process.execPath, [LAUNCHER, '--private', id, ...contents], {
      // In a group of its own, so that Ctrl-C reaches this process alone, which then lets the house go.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: Object.fromEntries(
        Object.entries(process.env).filter(([name]) => !ENGINE_VARIABLES.includes(name)),
      ),
    });
    launcher.stdin.on('error', () => {});
    for (const stream of [launcher.stdout, launcher.stderr])
      stream.on('data', (chunk: Buffer) => progress.show(indented(chunk.toString('utf8'))));
    const recordFile = `.tessera/test-${id}/house.json`;
    const started = new PrivateHouse(new House(recordFile, true), launcher);
    try {
      await started.isReady(recordFile, signal);
    } catch (error) {
      await started.close();
      throw error;
    }
    progress.say(`the private house is ready: ${started.house.url}`);
    return started;
  }

  /** Its launcher ends the house when its standard input closes, as it does too when this process is killed. */
  async close(): Promise<void> {
    if (hasEnded(this.launcher)) return;
    const ended = once(this.launcher, 'exit');
    this.launcher.stdin?.end();
    await Promise.race([ended, sleep(STOP_LIMIT_MS, undefined, { ref: false })]);
    // Its guardian ends the house's processes then.
    if (!hasEnded(this.launcher)) this.launcher.kill('SIGKILL');
  }

  private async isReady(recordFile: string, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + START_LIMIT_MS;
    while (!readRecord(recordFile)) {
      signal.throwIfAborted();
      if (hasEnded(this.launcher)) throw new NoHouse('The private house did not start; its words are above.');
      if (performance.now() > deadline)
        throw new NoHouse(`The private house was not ready after ${START_LIMIT_MS / 1_000} s.`);
      await sleep(POLL_MS);
    }
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function indented(text: string): string {
  return text.trimEnd().replace(/^/gm, '    │ ');
}
