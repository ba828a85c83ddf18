/** Puts a backup into running engines, before the services of the house start. */
import { runCommand } from '../system/commands.mjs';
import { describeEngines, markCatalogueImported } from './open-house.mjs';

const PROGRAM = 'dist/operations/backup/restore-main.js';

/** @typedef {import('./surroundings.mjs').Surroundings} Surroundings */

/**
 * @param {Surroundings} surroundings
 * @param {object} target
 * @param {import('./engine-set.mjs').RunningEngine[]} target.engines
 * @param {import('../house.mjs').Prefixes} target.prefixes
 * @param {readonly string[]} args of the restore's own command line
 * @returns {Promise<number>} its exit code
 */
export async function restoreInto(surroundings, { engines, prefixes }, args) {
  const { env, state } = surroundings;
  const exitCode = await runRestore(surroundings, args, {
    ...env,
    ...describeEngines(engines, prefixes, env),
    TESSERA_SECRETS_FILE: state.secrets,
  });
  // What the backup holds is all that there is to be: a catalogue that it lacks was not wanted.
  if (exitCode === 0) markCatalogueImported(state, engines, ['restored']);
  return exitCode;
}

/**
 * @param {Surroundings} surroundings
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function runRestore({ root, children, node24 }, args, env) {
  const node = await node24();
  const { ok, ending } = await runCommand(children, node, [PROGRAM, ...args], { cwd: root, env, echo: true });
  return ok ? 0 : Number(/^exit (\d+)$/.exec(ending)?.[1] ?? 1);
}
