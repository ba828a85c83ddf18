/** npm start: the whole of Tessera on this machine, until Ctrl-C. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

import { DEFAULT_PREFIXES, GATEWAY, SERVICES } from '../house.mjs';
import { exitCodeOf, explain, Failure, WrongCommand } from '../system/failure.mjs';
import { say, seconds, step, table } from '../system/report.mjs';
import { readArguments, readPort, readPrivateId, readSelection } from './arguments.mjs';
import { build } from './checkout.mjs';
import { checkEngineAddresses, discardEngineData, resolveEngines, startEngines } from './engine-set.mjs';
import { TEST_FOLDER_PREFIX } from './leftovers.mjs';
import { openHouse, refuseTakenPort } from './open-house.mjs';
import { restoreInto } from './restoring.mjs';
import { TESSERA_FOLDER, runLauncher } from './run.mjs';

const HELP = `npm start [-- options]   starts Tessera on this machine; Ctrl-C stops it

  --port N        port of the gateway (default: PORT of the environment, else 4000)
  --only a,b      only these services, with the engines: ${SERVICES.map(({ name }) => name).join(',')}
  --fresh         first forget all data and keys of this clone
  --no-catalogue  do not import the example events into a new house
  --as-is         import them with their own dates, which may have passed
  --private ID    a house of its own beside any other: state in .tessera/test-ID, a free port unless --port names
                  one; it ends with its standard input, and everything of it is removed
  --restore DIR   begin the private house with what this backup holds
  --help          this text

Engines come from the environment (MONGODB_URI, REDIS_URL, KAFKA_BROKERS), else from an installed
program, else from a container engine, else they are downloaded once into the cache
(TESSERA_CACHE names another folder; TESSERA_NO_SYSTEM_INSTALL=1 forbids installing system packages).

It ends with 0 after Ctrl-C, with 1 when Tessera cannot run here, with 2 when the command line is wrong.`;

/** @typedef {import('./surroundings.mjs').Surroundings} Surroundings */

/**
 * Undefined for a private house, which is beside another that has it: any free one will do.
 * @param {string | undefined} privateId
 */
function usualPort(privateId) {
  if (privateId !== undefined) return undefined;
  const { PORT } = process.env;
  if (PORT) return readPort(PORT, 'PORT, in the environment,');
  return SERVICES.find(({ name }) => name === GATEWAY)?.port;
}

/** @param {readonly string[]} args */
function readWishes(args) {
  const { values } = readArguments(
    args,
    {
      port: { type: 'string' },
      only: { type: 'string' },
      fresh: { type: 'boolean' },
      'no-catalogue': { type: 'boolean' },
      'as-is': { type: 'boolean' },
      private: { type: 'string' },
      restore: { type: 'string' },
      help: { type: 'boolean' },
    },
    { help: 'npm start -- --help' },
  );
  const names = SERVICES.map(({ name }) => name);
  const privateId = values.private === undefined ? undefined : readPrivateId(values.private);
  if (values.restore !== undefined && privateId === undefined)
    throw new WrongCommand('--restore is for a --private house.', [
      `To put a backup into the house of this folder: npm run restore -- ${String(values.restore)}`,
    ]);
  return {
    help: values.help === true,
    privateId,
    gatewayPort: values.port === undefined ? usualPort(privateId) : readPort(String(values.port)),
    names: readSelection('--only', values.only === undefined ? undefined : String(values.only), names),
    fresh: values.fresh === true,
    // The restore runs in the folder of the repository.
    backup: values.restore === undefined ? undefined : resolve(String(values.restore)),
    withCatalogue: values['no-catalogue'] !== true,
    importArguments: values['as-is'] === true ? ['--as-is'] : [],
  };
}

/**
 * @param {Surroundings} surroundings
 * @param {Omit<ReturnType<typeof readWishes>, 'privateId'>} wishes
 * @returns {Promise<never>} it runs until it is interrupted
 */
async function main(surroundings, { gatewayPort, names, fresh, backup, withCatalogue, importArguments }) {
  if (names.includes(GATEWAY) && gatewayPort !== undefined) await refuseTakenPort(gatewayPort);
  await checkEngineAddresses(surroundings.env);
  if (fresh) forgetEverything(surroundings);

  const [engines] = await Promise.all([
    resolveEngines(surroundings).then((resolved) => startEngines(resolved, surroundings)),
    surroundings.node24().then(() => build(surroundings)),
  ]);
  if (backup !== undefined) await step('restore', () => restoreOrFail(surroundings, engines, backup));
  const house = await openHouse(surroundings, { engines, prefixes: DEFAULT_PREFIXES, names, gatewayPort });
  if (withCatalogue) await house.importCatalogue(importArguments);

  say(`\n${describe(house)}\n\nLogs: ${relative(surroundings.root, surroundings.state.logs)}   Stop: Ctrl-C`);
  say(
    names.includes(GATEWAY)
      ? `Tessera is ready: ${house.url}`
      : `Ready without the gateway: ${names.join(', ')}`,
  );
  return new Promise(() => {});
}

/**
 * @param {Surroundings} surroundings
 * @param {import('./engine-set.mjs').RunningEngine[]} engines
 * @param {string} backup
 */
async function restoreOrFail(surroundings, engines, backup) {
  const target = { engines, prefixes: DEFAULT_PREFIXES };
  if ((await restoreInto(surroundings, target, [backup])) === 0) return;
  throw new Failure(`The backup ${backup} was not restored; why is said above.`, [
    'To start an empty house: leave out --restore',
  ]);
}

/**
 * Whoever wants a private house holds the other end of its standard input, which closes when they are done or killed.
 * @returns {Promise<import('./run.mjs').Result>}
 */
async function standardInputEnds() {
  process.stdin.resume();
  await once(process.stdin, 'close');
  return { exitCode: 0 };
}

/** @param {Surroundings} surroundings */
function forgetEverything({ state, env }) {
  discardEngineData({ state, env });
  rmSync(state.secrets, { force: true });
  say(
    '✓ --fresh: the data and keys of this clone are gone (data in engines named by the environment is left alone)',
  );
}

/** @param {import('./open-house.mjs').House} house */
function describe({ engines, services }) {
  const ready = (/** @type {import('./supervised.mjs').Supervised | undefined} */ process) =>
    process?.readyAfterMs === undefined ? '' : seconds(process.readyAfterMs);
  return table(
    ['What', 'Where', 'Ready after', 'Pid', 'From'],
    [
      ...engines.map(({ label, shownAddress, process, origin }) => [
        label,
        shownAddress,
        ready(process),
        String(process?.pid ?? ''),
        origin,
      ]),
      ...services.map(({ name, url, process }) => [
        name,
        url,
        ready(process),
        String(process.pid ?? ''),
        'this clone',
      ]),
    ],
  );
}

/** @param {ReturnType<typeof readWishes>} wishes */
function run({ privateId, ...wishes }) {
  if (privateId === undefined)
    return runLauncher({
      folder: TESSERA_FOLDER,
      temporary: false,
      interruptedCode: 0,
      main: (surroundings) => main(surroundings, wishes),
    });
  return runLauncher({
    folder: join(TESSERA_FOLDER, `${TEST_FOLDER_PREFIX}${privateId}`),
    temporary: true,
    interruptedCode: 0,
    main: (surroundings) => Promise.race([main(surroundings, wishes), standardInputEnds()]),
    afterwards: discardEngineData,
  });
}

try {
  const wishes = readWishes(process.argv.slice(2));
  if (wishes.help) say(HELP);
  else await run(wishes);
} catch (error) {
  say(explain(error));
  process.exitCode = exitCodeOf(error);
}
