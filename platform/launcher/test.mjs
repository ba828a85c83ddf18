/** npm test: everything that is checked, from a fresh clone, on engines and a house of its own. */
import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { SERVICES } from '../house.mjs';
import { exitCodeOf, explain } from '../system/failure.mjs';
import { say, seconds, table } from '../system/report.mjs';
import { readArguments, readSelection } from './arguments.mjs';
import { build } from './checkout.mjs';
import { checkEngineAddresses, discardEngineData, resolveEngines, startEngines } from './engine-set.mjs';
import { TEST_FOLDER_PREFIX } from './leftovers.mjs';
import { describeEngines, openHouse } from './open-house.mjs';
import { TESSERA_FOLDER, runLauncher } from './run.mjs';
import { STATIC_STEPS, part, runJest, runLauncherTests, runScript } from './test-run.mjs';

/** Journeys wait for orders to expire. The longest that one of them takes from order to payment is a second or two. */
const E2E_SETTINGS = { PAY_WITHIN_SECONDS: '20' };

const KINDS = ['static', 'unit', 'service', 'e2e'];
/** Journeys that take minutes, each of its own; only when they are asked for. */
const LONG_KINDS = ['endurance'];
const JOURNEYS = ['e2e', 'endurance'];

const HELP = `npm test [-- options] [-- pattern …]   builds, checks and tests everything

  --only a,b   only these kinds: ${KINDS.join(',')}; or those that take minutes: ${LONG_KINDS.join(',')}
  --help       this text
  pattern      only test files whose path matches: npm test -- --only unit -- holds

Services are tested on engines of their own, or on those that MONGODB_URI, REDIS_URL and
KAFKA_BROKERS name, with prefixes that belong to this run alone.`;

/** @typedef {import('./surroundings.mjs').Surroundings} Surroundings */
/** @typedef {import('./test-run.mjs').Outcome} Outcome */

/** @param {readonly string[]} args */
function readWishes(args) {
  const options = /** @type {const} */ ({ only: { type: 'string' }, help: { type: 'boolean' } });
  const { values, positionals } = readArguments(args, options, {
    help: 'npm test -- --help',
    positionals: true,
  });
  return {
    help: values.help === true,
    kinds:
      values.only === undefined ? KINDS : readSelection('--only', values.only, [...KINDS, ...LONG_KINDS]),
    patterns: positionals,
  };
}

/**
 * @param {Surroundings} surroundings
 * @param {{ id: string } & ReturnType<typeof readWishes>} wishes
 * @returns {Promise<import('./run.mjs').Result>}
 */
async function main(surroundings, { id, kinds, patterns }) {
  await checkEngineAddresses(surroundings.env);
  await surroundings.node24();
  const outcomes = [await part('build', () => build(surroundings).then(() => ({ passed: 1, failed: 0 })))];
  if (outcomes.some(({ failed }) => failed > 0)) return summarize(outcomes);

  const needsEngines = kinds.some((kind) => kind === 'service' || JOURNEYS.includes(kind));
  // Engines start while the static steps run, which do not need them.
  const starting = needsEngines
    ? resolveEngines(surroundings).then((resolved) => startEngines(resolved, surroundings))
    : Promise.resolve([]);
  starting.catch(() => {});
  if (kinds.includes('static')) outcomes.push(...(await runStaticSteps(surroundings)));
  if (needsEngines)
    outcomes.push(await part('engines', () => starting.then(() => ({ passed: 1, failed: 0 }))));
  if (outcomes.some(({ name, failed }) => name === 'engines' && failed > 0)) return summarize(outcomes);

  outcomes.push(...(await runTests(surroundings, { engines: await starting, id, kinds, patterns })));
  return summarize(outcomes);
}

/**
 * @param {Surroundings} surroundings
 * @param {{ engines: import('./engine-set.mjs').RunningEngine[], id: string, kinds: string[], patterns: string[] }} options
 */
async function runTests(surroundings, { engines, id, kinds, patterns }) {
  const prefixes = { database: `test_${id}_`, redis: `test-${id}-`, kafka: `test-${id}-` };
  const environment = describeEngines(engines, prefixes, surroundings.env);
  const outcomes = [];
  const projects = kinds.filter((kind) => kind === 'unit' || kind === 'service');
  if (projects.length > 0)
    outcomes.push(
      await part(projects.join(' and '), () => runJest(surroundings, { projects, patterns, environment })),
    );
  const journeys = kinds.filter((kind) => JOURNEYS.includes(kind));
  if (journeys.length > 0) {
    outcomes.push(
      await part(journeys.join(' and '), async () => {
        const house = await openHouse(surroundings, {
          engines,
          prefixes,
          names: SERVICES.map(({ name }) => name),
          settings: E2E_SETTINGS,
        });
        const reach = { TESSERA_URL: house.url, TESSERA_HOUSE: surroundings.state.house };
        return runJest(surroundings, {
          projects: journeys,
          oneByOne: true,
          patterns,
          environment: { ...environment, ...reach },
        });
      }),
    );
  }
  return outcomes;
}

/** @param {Surroundings} surroundings */
async function runStaticSteps(surroundings) {
  const outcomes = [];
  for (const [name, script] of STATIC_STEPS)
    outcomes.push(await part(name, () => runScript(surroundings, script)));
  outcomes.push(await part('launcher', () => runLauncherTests(surroundings)));
  return outcomes;
}

/**
 * @param {Outcome[]} outcomes
 * @returns {import('./run.mjs').Result}
 */
function summarize(outcomes) {
  const sum = (/** @type {'passed' | 'failed'} */ key) =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0);
  const rows = outcomes.map(({ name, passed, failed, tookMs }) => [
    name,
    String(passed),
    String(failed),
    seconds(tookMs),
  ]);
  const lastWord = [
    `\n${table(['Step', 'Passed', 'Failed', 'Time'], rows)}\n`,
    `${sum('passed')} passed, ${sum('failed')} failed`,
  ].join('\n');
  return { exitCode: sum('failed') > 0 ? 1 : 0, lastWord };
}

/** @param {Surroundings} surroundings */
function keepOnlyLogs({ state, env }) {
  discardEngineData({ state, env });
  const kept = join(TESSERA_FOLDER, 'logs-of-last-test');
  if (existsSync(state.logs)) {
    rmSync(kept, { recursive: true, force: true });
    renameSync(state.logs, kept);
  }
}

try {
  const wishes = readWishes(process.argv.slice(2));
  const id = randomBytes(4).toString('hex');
  if (wishes.help) say(HELP);
  else {
    await runLauncher({
      folder: join(TESSERA_FOLDER, `${TEST_FOLDER_PREFIX}${id}`),
      temporary: true,
      interruptedCode: 130,
      main: (surroundings) => main(surroundings, { ...wishes, id }),
      afterwards: keepOnlyLogs,
    });
  }
} catch (error) {
  say(explain(error));
  process.exitCode = exitCodeOf(error);
}
