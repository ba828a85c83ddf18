import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { mustRun } from '../system/commands.mjs';
import { findOnPath, isExecutable } from '../system/files.mjs';
import { say, step } from '../system/report.mjs';

const MIN_VERSION = 17;
export const JAVA_PACKAGES = ['default-jre-headless', 'maven'];

/**
 * Java 17 or later and, when asked for, Maven; installed from Debian when they are missing and that is allowed.
 * @param {import('./recipe.mjs').Surroundings} surroundings
 * @param {{ withMaven: boolean }} wanted
 * @returns {Promise<{ java: string } | import('./recipe.mjs').Unavailable>}
 */
export async function provideJava(surroundings, { withMaven }) {
  const { env } = surroundings;
  let java = findJava(env);
  if (!java || (withMaven && !findOnPath('mvn', env))) {
    const refusal = installRefusal(env);
    const missing = [
      ...(java ? [] : [`Java ${MIN_VERSION} or later`]),
      ...(withMaven && !findOnPath('mvn', env) ? ['Maven'] : []),
    ].join(' and ');
    if (refusal) return { unavailable: `provisioning needs ${missing}, and ${refusal}` };
    await install(surroundings, missing);
    java = findJava(env);
  }
  return java
    ? { java }
    : { unavailable: `Java ${MIN_VERSION} or later is still missing after the installation` };
}

/** @param {NodeJS.ProcessEnv} env */
function findJava(env) {
  const home = env['JAVA_HOME'] ? join(env['JAVA_HOME'], 'bin/java') : undefined;
  return [home, findOnPath('java', env)].find(
    (java) => java && isExecutable(java) && versionOf(java) >= MIN_VERSION,
  );
}

/** @param {string} java */
function versionOf(java) {
  try {
    // Java 8 does not know this option, fails, and is too old anyway.
    const [firstLine = ''] = execFileSync(java, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 20_000,
    }).split('\n');
    return Number(/^\S+ (\d+)/.exec(firstLine)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** @param {NodeJS.ProcessEnv} env */
function installRefusal(env) {
  if (!findOnPath('apt-get', env) || !existsSync('/etc/debian_version'))
    return 'this system has no apt-get to install them with';
  if (env['TESSERA_NO_SYSTEM_INSTALL'] === '1') return 'TESSERA_NO_SYSTEM_INSTALL=1 forbids installing them';
  if (process.getuid?.() !== 0) return 'only root may install them';
  return undefined;
}

/**
 * @param {import('./recipe.mjs').Surroundings} surroundings
 * @param {string} missing
 */
async function install({ children, env }, missing) {
  say(
    `! ${missing} is missing: installing the system packages ${JAVA_PACKAGES.join(' and ')} (TESSERA_NO_SYSTEM_INSTALL=1 forbids it)`,
  );
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  await step(`apt-get install ${JAVA_PACKAGES.join(' ')}`, async () => {
    await mustRun(children, 'apt-get', ['update', '-qq'], options);
    await mustRun(
      children,
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', ...JAVA_PACKAGES],
      options,
    );
  });
}
