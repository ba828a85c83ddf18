/** The parts of a test run: each yields how many checks passed and failed. */
import { join } from 'node:path';

import { explain } from '../system/failure.mjs';
import { readJson } from '../system/files.mjs';
import { say, seconds } from '../system/report.mjs';
import { runCommand } from '../system/commands.mjs';

/**
 * @typedef {object} Outcome
 * @property {string} name
 * @property {number} passed
 * @property {number} failed
 * @property {number} tookMs
 *
 * @typedef {import('./surroundings.mjs').Surroundings} Surroundings
 */

/** Steps that need no engine: name and the npm script that does it. Each counts as one check. */
export const STATIC_STEPS = /** @type {const} */ ([
  ['format', 'format:check'],
  ['lint', 'lint'],
  ['types', 'types'],
  ['layers', 'layers'],
  ['supergraph', 'supergraph:check'],
]);

/**
 * Times a part and turns whatever it throws into one failed check, so that the others still run.
 * @param {string} name
 * @param {() => Promise<{ passed: number, failed: number }>} work
 * @returns {Promise<Outcome>}
 */
export async function part(name, work) {
  const startedAt = performance.now();
  say(`\n── ${name}`);
  const { passed, failed } = await work().catch((error) => {
    say(explain(error));
    return { passed: 0, failed: 1 };
  });
  const tookMs = performance.now() - startedAt;
  say(`${failed > 0 ? '✗' : '✓'} ${name}: ${passed} passed, ${failed} failed (${seconds(tookMs)})`);
  return { name, passed, failed, tookMs };
}

/**
 * @param {Surroundings} surroundings
 * @param {string} script
 */
export async function runScript({ children, root, env }, script) {
  const result = await runCommand(children, 'npm', ['run', '--silent', script], { cwd: root, env });
  if (!result.ok)
    for (const line of [...result.lines, `npm run ${script}: ${result.ending}`]) say(`  ${line}`);
  return result.ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/**
 * The launcher's own unit tests.
 * @param {Surroundings} surroundings
 */
export async function runLauncherTests({ children, root, env, node24 }) {
  const args = [
    '--test',
    '--test-reporter=tap',
    '--test-timeout=60000',
    '--test-force-exit',
    'platform/**/*.test.mjs',
  ];
  // Node marks the processes of its test runner; a runner that is itself started by one must not inherit that.
  const result = await runCommand(children, await node24(), args, {
    cwd: root,
    env: { ...env, NODE_TEST_CONTEXT: undefined },
  });
  const count = (/** @type {string} */ what) =>
    Number(result.lines.findLast((line) => line.startsWith(`# ${what} `))?.split(' ')[2] ?? 0);
  if (!result.ok) for (const line of result.lines) say(`  ${line}`);
  return atLeastOneFailure(result.ok, { passed: count('pass'), failed: count('fail') });
}

/**
 * @param {Surroundings} surroundings
 * @param {object} options
 * @param {readonly string[]} options.projects
 * @param {readonly string[]} options.patterns of paths
 * @param {Record<string, string>} options.environment
 * @param {boolean} [options.oneByOne] for files that share what they measure
 */
export async function runJest(
  { children, root, env, state, node24 },
  { projects, patterns, environment, oneByOne = false },
) {
  const resultFile = join(state.folder, `jest-${projects.join('-')}.json`);
  const args = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '--json',
    `--outputFile=${resultFile}`,
    ...(oneByOne ? ['--runInBand'] : []),
    '--selectProjects',
    ...projects,
  ];
  const colour = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const options = { cwd: root, env: { ...env, ...colour, ...environment }, echo: true };
  const result = await runCommand(
    children,
    await node24(),
    [...args, ...(patterns.length > 0 ? ['--testPathPatterns', ...patterns] : [])],
    options,
  );
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    numRuntimeErrorTestSuites = 0,
  } = readJson(resultFile) ?? {};
  // A file that does not even load has no test cases to count.
  return atLeastOneFailure(result.ok, {
    passed: numPassedTests,
    failed: numFailedTests + numRuntimeErrorTestSuites,
  });
}

/**
 * @param {boolean} ok
 * @param {{ passed: number, failed: number }} counted
 */
function atLeastOneFailure(ok, { passed, failed }) {
  return { passed, failed: ok ? failed : Math.max(1, failed) };
}
