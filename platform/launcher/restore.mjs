/** npm run restore: starts the engines of this folder, without services, and puts a backup into them. */
import { DEFAULT_PREFIXES } from '../house.mjs';
import { explain } from '../system/failure.mjs';
import { say } from '../system/report.mjs';
import { runCommand } from '../system/commands.mjs';
import { build } from './checkout.mjs';
import { checkEngineAddresses, resolveEngines, startEngines } from './engine-set.mjs';
import { describeEngines, markCatalogueImported } from './open-house.mjs';
import { TESSERA_FOLDER, runLauncher } from './run.mjs';

const PROGRAM = 'dist/operations/backup/restore-main.js';

/** @typedef {import('./surroundings.mjs').Surroundings} Surroundings */

/**
 * @param {Surroundings} surroundings
 * @param {readonly string[]} args
 * @returns {Promise<import('./run.mjs').Result>}
 */
async function main(surroundings, args) {
  const { env, state } = surroundings;
  await surroundings.node24();
  await build(surroundings);
  if (args.includes('--help')) return restore(surroundings, env, args);
  await checkEngineAddresses(env);
  const engines = await startEngines(await resolveEngines(surroundings), surroundings);
  const prefixes = {
    database: env['MONGODB_DATABASE_PREFIX'] ?? DEFAULT_PREFIXES.database,
    redis: env['REDIS_KEY_PREFIX'] ?? DEFAULT_PREFIXES.redis,
    kafka: env['KAFKA_TOPIC_PREFIX'] ?? DEFAULT_PREFIXES.kafka,
  };
  const described = {
    ...env,
    ...describeEngines(engines, prefixes, env),
    TESSERA_SECRETS_FILE: state.secrets,
  };
  const result = await restore(surroundings, described, args);
  // What the backup holds is all that there is to be: a catalogue that it lacks was not wanted.
  if (result.exitCode === 0) markCatalogueImported(state, engines, ['restored']);
  return result;
}

/**
 * @param {Surroundings} surroundings
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} args
 */
async function restore({ root, children, node24 }, env, args) {
  const node = await node24();
  const { ok, ending } = await runCommand(children, node, [PROGRAM, ...args], { cwd: root, env, echo: true });
  return { exitCode: ok ? 0 : Number(/^exit (\d+)$/.exec(ending)?.[1] ?? 1) };
}

try {
  const args = process.argv.slice(2);
  await runLauncher({
    folder: TESSERA_FOLDER,
    temporary: false,
    interruptedCode: 1,
    main: (surroundings) => main(surroundings, args),
  });
} catch (error) {
  say(explain(error));
  process.exitCode = 1;
}
