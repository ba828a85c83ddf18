/** npm run restore: starts the engines of this folder, without services, and puts a backup into them. */
import { statSync } from 'node:fs';

import { DEFAULT_PREFIXES } from '../house.mjs';
import { exitCodeOf, explain, Failure, WrongCommand } from '../system/failure.mjs';
import { say } from '../system/report.mjs';
import { readArguments } from './arguments.mjs';
import { build } from './checkout.mjs';
import { checkEngineAddresses, resolveEngines, startEngines } from './engine-set.mjs';
import { restoreInto } from './restoring.mjs';
import { TESSERA_FOLDER, runLauncher } from './run.mjs';

const HELP = `npm run restore -- FOLDER   puts a backup into this house, whose services must be stopped

  --replace    give up what the house holds now; otherwise it must be empty
  --help       this text

It starts the engines of this folder itself, unless MONGODB_URI, REDIS_URL and KAFKA_BROKERS name others. Then start the
house with npm start. Ends with 0, 1 when it could not be done, 2 when the command line is wrong, 3 when the engines do
not answer.`;

/** @typedef {import('./surroundings.mjs').Surroundings} Surroundings */

/**
 * Judged here, before engines are started for nothing.
 * @param {readonly string[]} args
 * @returns {{ help: boolean, args: string[] }} `args`: of the restore itself
 */
function readWishes(args) {
  const { values, positionals } = readArguments(
    args,
    { replace: { type: 'boolean' }, help: { type: 'boolean' } },
    { help: 'npm run restore -- --help', positionals: true },
  );
  if (values.help === true) return { help: true, args: [] };
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0)
    throw new WrongCommand(
      folder === undefined ? 'A folder is missing.' : `One folder; "${more[0]}" is too much.`,
      ['For example: npm run restore -- backups/monday'],
    );
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new Failure(`There is no folder ${folder}.`, ['Name one that npm run backup has written.']);
  return { help: false, args: values.replace === true ? [folder, '--replace'] : [folder] };
}

/**
 * @param {Surroundings} surroundings
 * @param {readonly string[]} args
 * @returns {Promise<import('./run.mjs').Result>}
 */
async function main(surroundings, args) {
  const { env } = surroundings;
  await surroundings.node24();
  await build(surroundings);
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
  const { help, args } = readWishes(process.argv.slice(2));
  if (help) say(HELP);
  else
    await runLauncher({
      folder: TESSERA_FOLDER,
      temporary: false,
      interruptedCode: 1,
      main: (surroundings) => main(surroundings, args),
    });
} catch (error) {
  say(explain(error));
  process.exitCode = exitCodeOf(error);
}
