import { appendFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const LIMIT_BYTES = 5 * 2 ** 20;
const KEPT_LINES = 40;

/**
 * A child's output: the current file and one earlier file (`.1`), 5 MB each, and the last lines at hand.
 */
export class LogFile {
  #path;
  #sizeBytes = 0;
  /** @type {string[]} */
  #lastLines = [];
  #unfinished = '';

  /** @param {string} path emptied: what the run before wrote becomes the earlier file */
  constructor(path) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    if (statSync(path, { throwIfNoEntry: false })) renameSync(path, `${path}.1`);
    else rmSync(`${path}.1`, { force: true });
    writeFileSync(path, '');
  }

  /** @param {Buffer} chunk */
  write(chunk) {
    const lines = (this.#unfinished + chunk.toString()).split('\n');
    this.#unfinished = lines.pop()?.slice(-2_000) ?? '';
    this.#lastLines = [...this.#lastLines, ...lines].slice(-KEPT_LINES);
    try {
      if (this.#sizeBytes + chunk.length > LIMIT_BYTES) {
        renameSync(this.#path, `${this.#path}.1`);
        this.#sizeBytes = 0;
      }
      appendFileSync(this.#path, chunk);
      this.#sizeBytes += chunk.length;
    } catch {
      // A full disk must not take the launcher down with it: the last lines are still in memory.
    }
  }

  get path() {
    return this.#path;
  }

  /** @param {number} count */
  tail(count) {
    return [...this.#lastLines, this.#unfinished].filter((line) => line.trim() !== '').slice(-count);
  }
}
