/** What holds for every launcher, however it ends: one per folder, children ended in order, one clear last word. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { Failure, explain } from '../system/failure.mjs';
import { readJson } from '../system/files.mjs';
import { tryLock } from '../system/lock.mjs';
import { fallQuiet, say, sayLast } from '../system/report.mjs';
import { removeDeadTestRuns } from './leftovers.mjs';
import { ROOT, makeSurroundings } from './surroundings.mjs';

/** npm passes Ctrl-C on to a child that the terminal has told already: only a later one means impatience. */
const SAME_SIGNAL_MS = 1_000;

export const TESSERA_FOLDER = join(ROOT, '.tessera');

/**
 * @typedef {object} Result
 * @property {number} exitCode
 * @property {string} [lastWord] said when everything has been stopped
 */

/**
 * @param {object} options
 * @param {string} options.folder of the state
 * @param {boolean} options.temporary whether the folder goes with the launcher
 * @param {number} options.interruptedCode exit code after Ctrl-C
 * @param {(surroundings: import('./surroundings.mjs').Surroundings) => Promise<Result>} options.main
 * @param {(surroundings: import('./surroundings.mjs').Surroundings) => void} [options.afterwards] called when all children are gone
 * @returns {Promise<never>}
 */
export async function runLauncher({ folder, temporary, interruptedCode, main, afterwards }) {
  /** @type {import('./surroundings.mjs').Surroundings | undefined} */
  let surroundings;
  /** @type {Result} */
  let result = { exitCode: 1 };
  const interruption = interrupted(() => surroundings?.children.hurry());
  /** @type {(() => void) | undefined} */
  let release;
  try {
    surroundings = makeSurroundings(folder);
    release = takeFolder(surroundings.state);
    const { children, env } = surroundings;
    const leftovers = await children.endLeftovers();
    if (leftovers.length > 0)
      say(
        `✓ ended what an earlier launcher left running: ${leftovers.map(({ name, pid }) => `${name} (pid ${pid})`).join(', ')}`,
      );
    await removeDeadTestRuns(TESSERA_FOLDER, env);
    children.startGuardian();
    const interruptedResult = interruption.then(() => ({ exitCode: interruptedCode }));
    result = await Promise.race([main(surroundings), interruptedResult]);
  } catch (error) {
    result = { exitCode: 1, lastWord: `\n${explain(error)}` };
  }
  // Without the lock, what is there belongs to another launcher.
  if (surroundings && release) {
    fallQuiet();
    rmSync(surroundings.state.house, { force: true });
    await surroundings.children.endAll();
    afterwards?.(surroundings);
    await surroundings.children.dismissGuardian();
    release();
    if (temporary) rmSync(folder, { recursive: true, force: true });
  }
  if (result.lastWord) sayLast(result.lastWord);
  process.exit(result.exitCode);
}

/**
 * @param {import('./state.mjs').StateFolder} state
 * @returns {() => void}
 */
function takeFolder(state) {
  const taken = tryLock(state.lock);
  if (!taken.heldBy) return taken.release;
  const { pid } = taken.heldBy;
  const url = readJson(state.house)?.url;
  throw new Failure(`A house already runs here: ${url ?? 'it is still starting'} (pid ${pid}).`, [
    `To stop it: press Ctrl-C where it runs, or: kill ${pid}`,
  ]);
}

/**
 * @param {() => void} hurry called on a second signal
 * @returns {Promise<void>} resolved by the first signal; rejected by a bug that nobody caught
 */
function interrupted(hurry) {
  /** @type {number | undefined} */
  let firstAt;
  return new Promise((resolve, reject) => {
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => {
        if (firstAt === undefined) {
          firstAt = performance.now();
          say(`\nStopping (${signal}) …`);
          resolve();
        } else if (performance.now() - firstAt > SAME_SIGNAL_MS) hurry();
      });
    }
    process.on('uncaughtException', reject);
    process.on('unhandledRejection', reject);
  });
}
