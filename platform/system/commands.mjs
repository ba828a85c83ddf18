import { createInterface } from 'node:readline';

import { STAGE } from './end-processes.mjs';
import { Failure } from './failure.mjs';
import { say } from './report.mjs';

const KEPT_LINES = 400;

/**
 * @typedef {object} CommandResult
 * @property {boolean} ok
 * @property {string} ending "exit 1", "SIGKILL" or the reason why it could not be started
 * @property {string[]} lines the last 400 lines of its output, both streams
 */

/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {boolean} [echo] also print each line as it comes
 */

/**
 * Runs a command to its end as one of the launcher's children.
 * @param {import('./children.mjs').Children} children
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<CommandResult>}
 */
export function runCommand(children, command, args, { cwd, env, echo = false } = {}) {
  return new Promise((resolve) => {
    const child = children.spawn(command, args, {
      name: command,
      stage: STAGE.command,
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    /** @type {string[]} */
    const lines = [];
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (lines.length > KEPT_LINES) lines.shift();
        if (echo) say(line);
      });
    }
    child.once('error', (error) => resolve({ ok: false, ending: error.message, lines }));
    child.once('close', (code, signal) =>
      resolve({ ok: code === 0, ending: signal ?? `exit ${code}`, lines }),
    );
  });
}

/**
 * Like runCommand, but a command that fails is a Failure that shows its last lines.
 * @param {import('./children.mjs').Children} children
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions & { cure?: string }} [options]
 * @returns {Promise<string[]>} its output
 */
export async function mustRun(children, command, args, { cure, ...options } = {}) {
  const result = await runCommand(children, command, args, options);
  if (!result.ok) {
    const shown = options.echo ? [] : result.lines.slice(-30);
    throw new Failure(`"${[command, ...args].join(' ')}" failed (${result.ending}).`, [
      ...shown,
      ...(cure ? [cure] : []),
    ]);
  }
  return result.lines;
}
