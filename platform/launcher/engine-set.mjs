import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { discardContainer } from '../engines/containers.mjs';
import { withoutCredentials } from '../engines/endpoints.mjs';
import { ENGINES } from '../engines/index.mjs';
import { checkAddress, resolveEngine } from '../engines/recipe.mjs';
import { STAGE } from '../system/end-processes.mjs';
import { freePort } from '../system/ports.mjs';
import { Supervised } from './supervised.mjs';

const READY_LIMIT_MS = 90_000;

/** @typedef {import('../engines/recipe.mjs').ExternalEngine | import('../engines/recipe.mjs').OwnEngine} ResolvedEngine */

/**
 * @typedef {object} RunningEngine
 * @property {string} name
 * @property {string} label
 * @property {string} variable
 * @property {string} address value of the variable; may hold a password
 * @property {string} shownAddress
 * @property {string} origin
 * @property {Supervised} [process] when the launcher runs it
 */

/**
 * Before anything else is done: what the environment names must exist.
 * @param {NodeJS.ProcessEnv} env
 */
export async function checkEngineAddresses(env) {
  for (const recipe of ENGINES) await checkAddress(recipe, env);
}

/**
 * Finds a source for each engine; all at once, for one may download while another waits for npm.
 * @param {import('../engines/recipe.mjs').Surroundings} surroundings
 * @returns {Promise<ResolvedEngine[]>}
 */
export function resolveEngines(surroundings) {
  return Promise.all(ENGINES.map((recipe) => resolveEngine(recipe, surroundings)));
}

/**
 * @param {ResolvedEngine[]} engines
 * @param {import('./surroundings.mjs').Surroundings} surroundings
 * @returns {Promise<RunningEngine[]>} all of them ready
 */
export function startEngines(engines, surroundings) {
  return Promise.all(engines.map((engine) => startEngine(engine, surroundings)));
}

/**
 * @param {ResolvedEngine} engine
 * @param {import('./surroundings.mjs').Surroundings} surroundings
 * @returns {Promise<RunningEngine>}
 */
async function startEngine(engine, surroundings) {
  const { state, env, root, children } = surroundings;
  const { name, label, variable, address, answers } = engine.recipe;
  if ('external' in engine) {
    return {
      name,
      label,
      variable,
      address: engine.external,
      shownAddress: withoutCredentials(engine.external),
      origin: `${variable} (environment)`,
    };
  }
  const port = await freePort();
  const folder = join(state.data, name);
  mkdirSync(folder, { recursive: true });
  const { env: ownEnv, ...launch } = await engine.source.prepare({ folder, port, anotherPort: freePort });
  const program = {
    ...launch,
    name,
    stage: STAGE.engine,
    env: { ...env, ...ownEnv },
    cwd: root,
    isReady: () => answers(port),
    readyLimitMs: READY_LIMIT_MS,
  };
  // Whoever is to be told is named later, when the house opens.
  const onChange = () => surroundings.onChange();
  const process = new Supervised(program, { children, logPath: join(state.logs, `${name}.log`), onChange });
  await process.start();
  return {
    name,
    label,
    variable,
    address: address(port),
    shownAddress: withoutCredentials(address(port)),
    origin: engine.source.origin,
    process,
  };
}

/**
 * Removes the engines' data, also what they keep outside the state folder.
 * @param {Pick<import('./surroundings.mjs').Surroundings, 'state' | 'env'>} surroundings
 */
export function discardEngineData({ state, env }) {
  for (const { name } of ENGINES) discardContainer(env, join(state.data, name));
  rmSync(state.data, { recursive: true, force: true });
}
