import { fileURLToPath } from 'node:url';

import { prepareFolder } from '../system/files.mjs';
import { Children } from '../system/children.mjs';
import { findNode24, install } from './checkout.mjs';
import { stateFolder } from './state.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const NEEDED_MB = 1_000;

/**
 * What everything in one run of the launcher shares.
 * @typedef {object} Surroundings
 * @property {string} root of the repository
 * @property {NodeJS.ProcessEnv} env
 * @property {import('./state.mjs').StateFolder} state
 * @property {Children} children
 * @property {() => Promise<string>} node24 installs the packages first, when that is needed
 * @property {() => void} onChange called when a supervised program has a new process id; replaceable
 */

/**
 * @param {string} folder of the state
 * @returns {Surroundings}
 */
export function makeSurroundings(folder) {
  prepareFolder(folder, {
    purpose: "Tessera's state",
    neededMb: NEEDED_MB,
    cure: 'It is kept in the repository: clone it to a disk with more room.',
  });
  const state = stateFolder(folder);
  const checkout = { root: ROOT, env: process.env, children: new Children(state.children) };
  /** @type {Promise<string> | undefined} */
  let node;
  const node24 = () => (node ??= install(checkout).then(() => findNode24(checkout)));
  return { ...checkout, state, node24, onChange: () => {} };
}
