/** The clone itself: its packages, the Node that runs it, and its build. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { Failure } from '../system/failure.mjs';
import { findOnPath, readJson } from '../system/files.mjs';
import { lock } from '../system/lock.mjs';
import { say, step } from '../system/report.mjs';
import { mustRun } from '../system/commands.mjs';

const MIN_NODE = 24;

/** @typedef {{ root: string, env: NodeJS.ProcessEnv, children: import('../system/children.mjs').Children }} Checkout */

/**
 * Installs the locked packages when they are not the installed ones.
 * @param {Checkout} checkout
 */
export async function install({ root, env, children }) {
  if (isInstalled(root)) return;
  const unlock = await lock(join(root, '.tessera/install.lock'), ({ pid }) =>
    say(`… npm ci: another launcher (pid ${pid}) is at it, waiting`),
  );
  try {
    if (isInstalled(root)) return;
    await step('npm ci', () =>
      mustRun(children, 'npm', ['ci', '--no-audit', '--no-fund'], {
        cwd: root,
        env,
        cure: 'Then start again.',
      }),
    );
  } finally {
    unlock();
  }
}

/**
 * The lock file that npm leaves inside node_modules as its last act says what is there, whoever installed it.
 * @param {string} root
 */
export function isInstalled(root) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const present = readJson(join(root, 'node_modules/.package-lock.json'))?.packages;
  if (!wanted)
    throw new Failure('package-lock.json is missing or holds no JSON.', ['git checkout package-lock.json']);
  if (!present) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true;
    // Optional packages for other machines are rightly absent.
    const found = present[path];
    return found
      ? found.version === version && (!integrity || found.integrity === integrity)
      : Boolean(optional);
  });
}

/**
 * @param {Checkout} checkout
 * @returns {string} the path of a Node 24 or later: the locked one, else the machine's
 */
export function findNode24({ root, env }) {
  const candidates = [join(root, 'node_modules/.bin/node'), process.execPath, findOnPath('node', env)];
  const found = candidates.find((node) => node && existsSync(node) && majorOf(node) >= MIN_NODE);
  if (found) return found;
  throw new Failure(
    `Node ${MIN_NODE} is needed to run the services: the locked package for ${process.platform}-${process.arch} is not installed, and this Node is ${process.version}.`,
    [
      `Install Node ${MIN_NODE} or later (https://nodejs.org/en/download), or make optional packages be installed: rm -rf node_modules && npm ci --include=optional`,
    ],
  );
}

/** @param {string} node */
function majorOf(node) {
  try {
    return Number(execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }));
  } catch {
    return 0;
  }
}

/** @param {Checkout} checkout */
export async function build({ root, env, children }) {
  await step('build', () =>
    mustRun(children, 'npm', ['run', '--silent', 'build'], {
      cwd: root,
      env,
      cure: 'The sources do not build: correct them and start again.',
    }),
  );
}
