/** npm run restore: starts the engines of this folder, without services, and puts a backup into them. */
import { DEFAULT_PREFIXES } from '../house.mjs';
import { explain } from '../system/failure.mjs';
import { say } from '../system/report.mjs';
import { build } from './checkout.mjs';
import { checkEngineAddresses, resolveEngines, startEngines } from './engine-set.mjs';
import { restoreInto, runRestore } from './restoring.mjs';
import { TESSERA_FOLDER, runLauncher } from './run.mjs';

/** @typedef {import('./surroundings.mjs').Surroundings} Surroundings */

/**
 * @param {Surroundings} surroundings
 * @param {readonly string[]} args
 * @returns {Promise<import('./run.mjs').Result>}
 */
async function main(surroundings, args) {
  const { env } = surroundings;
  await surroundings.node24();
  await build(surroundings);
  if (args.includes('--help')) return { exitCode: await runRestore(surroundings, args, env) };
  await checkEngineAddresses(env);
  const engines = await startEngines(await resolveEngines(surroundings), surroundings);
  const prefixes = {
    database: env['MONGODB_DATABASE_PREFIX'] ?? DEFAULT_PREFIXES.database,
    redis: env['REDIS_KEY_PREFIX'] ?? DEFAULT_PREFIXES.redis,
    kafka: env['KAFKA_TOPIC_PREFIX'] ?? DEFAULT_PREFIXES.kafka,
  };
  return { exitCode: await restoreInto(surroundings, { engines, prefixes }, args) };
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
