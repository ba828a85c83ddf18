/** Test runs that were killed together with their guardian leave processes and a folder behind. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { endProcesses } from '../system/end-processes.mjs';
import { readJson } from '../system/files.mjs';
import { tryLock } from '../system/lock.mjs';
import { discardEngineData } from './engine-set.mjs';
import { stateFolder } from './state.mjs';

/** Private folders of test runs begin so. */
export const TEST_FOLDER_PREFIX = 'test-';

/**
 * @param {string} tesseraFolder
 * @param {NodeJS.ProcessEnv} env
 */
export async function removeDeadTestRuns(tesseraFolder, env) {
  if (!existsSync(tesseraFolder)) return;
  const names = readdirSync(tesseraFolder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name.startsWith(TEST_FOLDER_PREFIX),
  );
  for (const { name } of names) {
    const state = stateFolder(join(tesseraFolder, name));
    if (tryLock(state.lock).heldBy) continue;
    await endProcesses(readJson(state.children) ?? []);
    discardEngineData({ state, env });
    rmSync(state.folder, { recursive: true, force: true });
  }
}
