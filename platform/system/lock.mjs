import {
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

import { identify, isRunning } from './process-identity.mjs';
import { sleep } from './wait.mjs';

/** @typedef {import('./process-identity.mjs').ProcessIdentity} ProcessIdentity */

const TAKEOVER_LIMIT_MS = 10_000;

/**
 * Takes a lock file, or says who has it. A lock whose process is gone is taken over.
 * @param {string} path
 * @returns {{ release: () => void, heldBy?: undefined } | { heldBy: ProcessIdentity }}
 */
export function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  const self = /** @type {ProcessIdentity} */ (identify(process.pid));
  const draft = `${path}.${self.pid}`;
  writeFileSync(draft, JSON.stringify(self));
  try {
    for (;;) {
      // A hard link appears with its content or not at all, and fails when the name is taken.
      if (succeeds(() => linkSync(draft, path), 'EEXIST')) return { release: () => release(path, self) };
      const owner = ownerOf(path);
      if (owner && isRunning(owner)) return { heldBy: owner };
      removeStale(path);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * @param {string} path
 * @param {(owner: ProcessIdentity) => void} onWait called once when another process has it
 * @returns {Promise<() => void>} gives it back
 */
export async function lock(path, onWait) {
  for (let waited = false; ; waited = true) {
    const result = tryLock(path);
    if (!result.heldBy) return result.release;
    if (!waited) onWait(result.heldBy);
    await sleep(200);
  }
}

/**
 * Two processes may find the same stale lock. Only the one that makes the takeover folder may remove it, and only after
 * looking again: otherwise the slower one would remove the lock that the faster one has just taken.
 * @param {string} path
 */
function removeStale(path) {
  const takeover = `${path}.takeover`;
  if (!succeeds(() => mkdirSync(takeover), 'EEXIST')) {
    const since = statSync(takeover, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > TAKEOVER_LIMIT_MS)
      succeeds(() => rmdirSync(takeover), 'ENOENT');
    return;
  }
  try {
    const owner = ownerOf(path);
    if (!owner || !isRunning(owner)) rmSync(path, { force: true });
  } finally {
    succeeds(() => rmdirSync(takeover), 'ENOENT');
  }
}

/**
 * @param {string} path
 * @returns {ProcessIdentity | undefined}
 */
function ownerOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} path
 * @param {ProcessIdentity} self
 */
function release(path, self) {
  const owner = ownerOf(path);
  if (owner?.pid === self.pid && owner.startedAt === self.startedAt) unlinkSync(path);
}

/**
 * @param {() => void} action
 * @param {string} expectedCode
 * @returns {boolean} false when it failed in the expected way
 */
function succeeds(action, expectedCode) {
  try {
    action();
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === expectedCode) return false;
    throw error;
  }
}
