import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { endProcesses } from './end-processes.mjs';
import { readJson, writeJson } from './files.mjs';
import { identify } from './process-identity.mjs';
import { sleep } from './wait.mjs';

/** @typedef {import('./end-processes.mjs').ChildRecord} ChildRecord */

/** An unneeded guardian ends at once; were it stuck, the launcher would not wait for it. */
const GUARDIAN_LIMIT_MS = 3_000;
const GUARDIAN = fileURLToPath(new URL('./guardian.mjs', import.meta.url));

/**
 * Every process the launcher starts, written down in a file before anything else happens, so that none outlives the
 * launcher: it ends them itself, or its guardian does, or the next start.
 */
export class Children {
  /** @type {Map<number, ChildRecord>} */
  #records = new Map();
  #recordFile;
  #hurry = new AbortController();
  #closed = false;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #guardian;

  /** @param {string} recordFile */
  constructor(recordFile) {
    this.#recordFile = recordFile;
  }

  /**
   * Ends what an earlier launcher, killed with its guardian, left running here.
   * @returns {Promise<ChildRecord[]>}
   */
  async endLeftovers() {
    const ended = await endProcesses(readJson(this.#recordFile) ?? []);
    this.#write();
    return ended;
  }

  /** Starts a process that waits for the launcher's death and then ends the recorded children. */
  startGuardian() {
    const guardian = spawn(process.execPath, [GUARDIAN, this.#recordFile], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    guardian.on('error', () => {});
    guardian.stdin.on('error', () => {});
    guardian.unref();
    this.#guardian = guardian;
  }

  /**
   * @param {string} command
   * @param {readonly string[]} args
   * @param {{ name: string, stage: number } & import('node:child_process').SpawnOptions} options
   * @returns {import('node:child_process').ChildProcess}
   */
  spawn(command, args, { name, stage, ...options }) {
    if (this.#closed) throw new Error(`${name} was to be started after the end had begun`);
    // A group of its own: Ctrl-C in the terminal reaches only the launcher, which then ends its children in order.
    const child = spawn(command, args, { ...options, detached: true });
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (identity) {
      this.#records.set(identity.pid, { ...identity, name, stage });
      this.#write();
      child.once('exit', () => {
        this.#records.delete(identity.pid);
        if (!this.#closed) this.#write();
      });
    }
    return child;
  }

  /** No further child is started from now on; what runs is ended stage by stage. */
  async endAll() {
    this.#closed = true;
    await endProcesses([...this.#records.values()], { hurry: this.#hurry.signal });
    this.#records.clear();
    this.#write();
  }

  /** Cuts short the time given to children to end by themselves. */
  hurry() {
    this.#hurry.abort();
  }

  get closed() {
    return this.#closed;
  }

  async dismissGuardian() {
    const guardian = this.#guardian;
    if (!guardian || guardian.exitCode !== null || guardian.signalCode !== null) return;
    guardian.ref();
    const gone = once(guardian, 'exit');
    guardian.stdin?.end();
    await Promise.race([gone, sleep(GUARDIAN_LIMIT_MS)]);
  }

  #write() {
    writeJson(this.#recordFile, [...this.#records.values()]);
  }
}
