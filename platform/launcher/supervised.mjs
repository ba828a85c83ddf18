import { Failure, explain } from '../system/failure.mjs';
import { say, seconds } from '../system/report.mjs';
import { sleep, until } from '../system/wait.mjs';
import { LogFile } from './log-file.mjs';

const FIRST_BACKOFF_MS = 500;
const LAST_BACKOFF_MS = 10_000;
/** A run this long counts as healthy: the next end begins at the first backoff again. */
const HEALTHY_MS = 30_000;
/** Before it was ever ready, so many ends in a row are enough: something is wrong that waiting does not cure. */
const FIRST_START_ATTEMPTS = 3;

/**
 * @typedef {object} Program
 * @property {string} name
 * @property {number} stage see STAGE
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} env
 * @property {string} cwd
 * @property {() => Promise<boolean>} isReady
 * @property {number} readyLimitMs
 * @property {() => Promise<void>} [beforeEachStart]
 */

/** A program that is kept running: when it ends by itself it is started again, with growing pauses, for ever. */
export class Supervised {
  #program;
  #children;
  #log;
  #onChange;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  #wasReady = false;
  #endsInRow = 0;
  #startedAt = 0;
  /** @type {number | undefined} */
  readyAfterMs;

  /**
   * @param {Program} program
   * @param {{ children: import('../system/children.mjs').Children, logPath: string, onChange: () => void }} surroundings
   *   `onChange` is called whenever the program has a new process id
   */
  constructor(program, { children, logPath, onChange }) {
    this.#program = program;
    this.#children = children;
    this.#log = new LogFile(logPath);
    this.#onChange = onChange;
  }

  get name() {
    return this.#program.name;
  }

  get pid() {
    return this.#child?.pid;
  }

  /** Starts the program and waits until it is ready; a Failure with its last lines when it is not to be had. */
  async start() {
    const { name, readyLimitMs } = this.#program;
    const begunAt = performance.now();
    await this.#launch();
    const ready = await until(() => this.#isGivenUp() || this.#answers(), { limitMs: readyLimitMs });
    if (this.#children.closed) return;
    if (!ready || this.#isGivenUp()) {
      const cause = this.#isGivenUp()
        ? `${name} ended ${this.#endsInRow} times before it was ready.`
        : `${name} was not ready after ${seconds(readyLimitMs)}.`;
      throw new Failure(`${cause} Its last lines (${this.#log.path}):`, this.#log.tail(20));
    }
    this.#wasReady = true;
    this.readyAfterMs = performance.now() - begunAt;
  }

  #isGivenUp() {
    return this.#children.closed || (!this.#wasReady && this.#endsInRow >= FIRST_START_ATTEMPTS);
  }

  async #answers() {
    return (
      this.#child?.exitCode === null && this.#child.signalCode === null && (await this.#program.isReady())
    );
  }

  async #launch() {
    const { name, stage, command, args, env, cwd, beforeEachStart } = this.#program;
    await beforeEachStart?.();
    if (this.#children.closed) return;
    this.#startedAt = performance.now();
    const child = this.#children.spawn(command, args, {
      name,
      stage,
      env,
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout?.on('data', (chunk) => this.#log.write(chunk));
    child.stderr?.on('data', (chunk) => this.#log.write(chunk));
    let ended = false;
    /** @param {string} ending */
    const onEnd = (ending) => {
      if (ended) return;
      ended = true;
      if (!this.#children.closed)
        this.#startAgain(ending).catch((error) =>
          say(`! ${name} cannot be started again: ${explain(error)}`),
        );
    };
    child.once('error', (error) => onEnd(error.message));
    // A moment for its last output to arrive, which the message shows; "close" may never come while a grandchild lives.
    child.once('exit', (code, signal) => setTimeout(() => onEnd(signal ?? `exit ${code}`), 50));
    this.#onChange();
  }

  /** @param {string} ending */
  async #startAgain(ending) {
    const ranMs = performance.now() - this.#startedAt;
    this.#endsInRow = ranMs > HEALTHY_MS ? 1 : this.#endsInRow + 1;
    if (this.#isGivenUp()) return;
    const pauseMs = Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (this.#endsInRow - 1));
    say(
      `! ${this.name} ended (${ending}) after ${seconds(ranMs)}; it is started again in ${seconds(pauseMs)}`,
    );
    if (this.#endsInRow > 1) for (const line of this.#log.tail(5)) say(`    ${line}`);
    await sleep(pauseMs);
    if (this.#children.closed) return;
    const begunAt = performance.now();
    await this.#launch();
    if (!this.#wasReady) return;
    const sameChild = this.#child;
    const ready = await until(() => this.#child !== sameChild || this.#answers(), {
      limitMs: this.#program.readyLimitMs,
    });
    if (this.#child !== sameChild || this.#children.closed) return;
    say(
      ready
        ? `✓ ${this.name} is ready again (${seconds(performance.now() - begunAt)})`
        : `! ${this.name} runs again but is not ready yet`,
    );
  }
}
