/** Engines in containers, where a container engine runs. One named volume per engine holds its data. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';

import { mustRun, runCommand } from '../system/commands.mjs';
import { findOnPath } from '../system/files.mjs';
import { step } from '../system/report.mjs';

/** @typedef {import('./recipe.mjs').Surroundings} Surroundings */

const LABEL = 'io.tessera.folder';

/**
 * @typedef {object} Container
 * @property {string} image
 * @property {string} volumePath where the image keeps its data
 * @property {(placement: import('./recipe.mjs').Placement) => { port: number, environment?: Record<string, string>, args?: string[] }} settings
 *   `port` is the engine's port inside the container
 */

/**
 * @param {Container} container
 * @returns {import('./recipe.mjs').Recipe['sources'][number]}
 */
export function containerSource({ image, volumePath, settings }) {
  return async (surroundings) => {
    const { children, env } = surroundings;
    if (!(await engineAnswers(surroundings)))
      return { unavailable: 'no container engine answers ("docker info")' };
    if (!(await runCommand(children, 'docker', ['image', 'inspect', image], { env })).ok) {
      await step(`download of the image ${image}`, () =>
        mustRun(children, 'docker', ['pull', '--quiet', image], { env }),
      );
    }
    return {
      origin: `container ${image}`,
      async prepare(placement) {
        const name = nameFor(placement.folder);
        const { port, environment = {}, args = [] } = settings(placement);
        return {
          command: 'docker',
          args: [
            'run',
            '--rm',
            `--name=${name}`,
            `--label=${LABEL}=${placement.folder}`,
            `--publish=127.0.0.1:${placement.port}:${port}`,
            `--volume=${name}:${volumePath}`,
            ...Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
            image,
            ...args,
          ],
          // A killed client leaves its container behind, under this name.
          async beforeEachStart() {
            await runCommand(children, 'docker', ['rm', '--force', name], { env });
          },
        };
      },
    };
  };
}

/**
 * Removes the container and the volume of an engine, when it ever had them. Also works while the launcher ends.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder of its data
 */
export function discardContainer(env, folder) {
  const docker = findOnPath('docker', env);
  if (!docker) return;
  for (const args of [
    ['rm', '--force'],
    ['volume', 'rm', '--force'],
  ])
    spawnSync(docker, [...args, nameFor(folder)], { stdio: 'ignore', timeout: 30_000 });
}

/** @param {Surroundings} surroundings */
async function engineAnswers({ children, env }) {
  return (
    Boolean(findOnPath('docker', env)) &&
    (await runCommand(children, 'docker', ['info', '--format', '{{.ServerVersion}}'], { env })).ok
  );
}

/** @param {string} folder */
function nameFor(folder) {
  return `tessera-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;
}
