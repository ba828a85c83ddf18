import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { readJson, writeJson } from '../system/files.mjs';

/**
 * Where one house keeps what it knows.
 * @typedef {object} StateFolder
 * @property {string} folder
 * @property {string} data engines' data; goes with --fresh
 * @property {string} logs
 * @property {string} lock held by the launcher that runs this house
 * @property {string} children records of what runs, for whoever must end it
 * @property {string} secrets
 * @property {string} house how to reach the running house; exists only while it is ready
 * @property {string} catalogueMarker in the data folder: says that the import is done for this data
 */

/**
 * @param {string} folder
 * @returns {StateFolder}
 */
export function stateFolder(folder) {
  const data = join(folder, 'data');
  return {
    folder,
    data,
    logs: join(folder, 'logs'),
    lock: join(folder, 'house.lock'),
    children: join(folder, 'children.json'),
    secrets: join(folder, 'secrets.json'),
    house: join(folder, 'house.json'),
    catalogueMarker: join(data, 'catalogue-imported.json'),
  };
}

/**
 * The house's own keys: made once (32 random bytes each), kept beside the data that they protect.
 * @param {StateFolder} state
 * @param {readonly string[]} names
 * @returns {Record<string, string>} base64url
 */
export function keptSecrets(state, names) {
  const kept = readJson(state.secrets) ?? {};
  const missing = names.filter((name) => typeof kept[name] !== 'string');
  if (missing.length > 0) {
    for (const name of missing) kept[name] = randomBytes(32).toString('base64url');
    writeJson(state.secrets, kept, { mode: 0o600 });
  }
  return kept;
}
