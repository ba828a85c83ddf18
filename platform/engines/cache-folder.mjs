import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { prepareFolder } from '../system/files.mjs';
import { lock } from '../system/lock.mjs';
import { say, step } from '../system/report.mjs';

const NEEDED_MB = 500;

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {string} shared by all clones of this user
 */
export function cacheFolder(env) {
  if (env['TESSERA_CACHE']) return resolve(env['TESSERA_CACHE']);
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'tessera');
}

/**
 * The cache's entry of this name; built first when it is not there. An entry appears by one rename, so it is whole or
 * absent; two clones that want the same one at the same time build it once.
 * @param {NodeJS.ProcessEnv} env
 * @param {{ entry: string, title: string }} what `entry` names the version too: entries are never changed
 * @param {(folder: string) => Promise<void>} build fills the folder
 * @returns {Promise<string>}
 */
export async function provideOnce(env, { entry, title }, build) {
  const cache = cacheFolder(env);
  const place = join(cache, entry);
  if (existsSync(place)) return place;
  prepareFolder(cache, {
    purpose: 'The cache of engines',
    neededMb: NEEDED_MB,
    cure: 'Or name another folder, for example: TESSERA_CACHE=/tmp/tessera-cache npm start',
  });
  const unlock = await lock(`${place}.lock`, ({ pid }) =>
    say(`… ${title}: another launcher (pid ${pid}) is at it, waiting`),
  );
  try {
    if (existsSync(place)) return place;
    const draft = `${place}.draft`;
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft);
    await step(title, () => build(draft));
    renameSync(draft, place);
    return place;
  } finally {
    unlock();
  }
}
