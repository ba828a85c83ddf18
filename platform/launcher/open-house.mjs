/** Opens a house: services on running engines. Used by npm start and, privately, by the end-to-end tests. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';

import {
  CATALOGUE_IMPORT,
  GATEWAY,
  NODE_OPTIONS,
  READY_PATH,
  SECRET_NAMES,
  SERVICES,
  engineEnvironment,
  entryOf,
  serviceEnvironment,
  urlOf,
} from '../house.mjs';
import { STAGE } from '../system/end-processes.mjs';
import { Failure } from '../system/failure.mjs';
import { readJson, writeJson } from '../system/files.mjs';
import { freePort, isFree, portOwner } from '../system/ports.mjs';
import { step } from '../system/report.mjs';
import { runCommand } from '../system/commands.mjs';
import { keptSecrets } from './state.mjs';
import { Supervised } from './supervised.mjs';

const READY_LIMIT_MS = 90_000;
const PROBE_LIMIT_MS = 2_000;

/** @typedef {import('./surroundings.mjs').Surroundings} Surroundings */
/** @typedef {import('./engine-set.mjs').RunningEngine} RunningEngine */

/**
 * @typedef {object} House
 * @property {string} url of the gateway
 * @property {RunningEngine[]} engines
 * @property {RunningService[]} services
 * @property {(args: string[]) => Promise<void>} importCatalogue once per database
 *
 * @typedef {{ name: string, url: string, process: Supervised }} RunningService
 */

/**
 * @param {RunningEngine[]} engines
 * @param {import('../house.mjs').Prefixes} prefixes
 * @param {NodeJS.ProcessEnv} inherited
 */
export function describeEngines(engines, prefixes, inherited) {
  return engineEnvironment(Object.fromEntries(engines.map(({ variable, address }) => [variable, address])), {
    // The launcher's own MongoDB, embedded or mongod, is no replica set. One elsewhere is, unless we are told otherwise.
    mongodbSessions:
      inherited['MONGODB_SESSIONS'] !== 'false' &&
      !engines.some(({ name, process }) => name === 'mongodb' && process),
    prefixes,
  });
}

/**
 * @param {Surroundings} surroundings
 * @param {object} wishes
 * @param {RunningEngine[]} wishes.engines
 * @param {import('../house.mjs').Prefixes} wishes.prefixes
 * @param {readonly string[]} wishes.names of the services to run
 * @param {number} [wishes.gatewayPort] a free one when absent
 * @param {Record<string, string>} [wishes.settings] for all services, before those of the environment
 * @returns {Promise<House>}
 */
export async function openHouse(surroundings, { engines, prefixes, names, gatewayPort, settings = {} }) {
  const { env, state, root, children } = surroundings;
  const node = await surroundings.node24();
  const ports = await choosePorts(gatewayPort);
  const url = urlOf(ports.get(GATEWAY) ?? 0);
  const contract = {
    inherited: { ...env, ...settings },
    engines: describeEngines(engines, prefixes, env),
    ports,
    secrets: keptSecrets(state, SECRET_NAMES),
    data: state.data,
  };

  /** @type {RunningService[]} */
  const services = [];
  const startedAt = new Date().toISOString();
  // Not for others on this machine: an engine's address may hold a password.
  const writeDown = () =>
    writeJson(state.house, houseRecord({ url, startedAt, engines, services }), { mode: 0o600 });
  surroundings.onChange = () => {
    // Only a house that is ready has its record; from then on it follows restarts.
    if (readJson(state.house)) writeDown();
  };
  for (const service of SERVICES.filter(({ name }) => names.includes(name))) {
    const serviceUrl = urlOf(ports.get(service.name) ?? 0);
    const program = {
      name: service.name,
      stage: STAGE.service,
      command: node,
      args: [...NODE_OPTIONS, entryOf(service.name)],
      env: serviceEnvironment(service, contract),
      cwd: root,
      isReady: () => isOk(`${serviceUrl}${READY_PATH}`),
      readyLimitMs: READY_LIMIT_MS,
    };
    const onChange = () => surroundings.onChange();
    services.push({
      name: service.name,
      url: serviceUrl,
      process: new Supervised(program, {
        children,
        logPath: join(state.logs, `${service.name}.log`),
        onChange,
      }),
    });
  }
  await step(`start of ${services.length} services`, () =>
    Promise.all(services.map((service) => service.process.start())),
  );
  if (!children.closed) writeDown();

  return {
    url,
    engines,
    services,
    async importCatalogue(args) {
      const service = SERVICES.find(({ name }) => name === CATALOGUE_IMPORT.service);
      const done = readJson(state.catalogueMarker)?.into === databaseMark(engines);
      if (!service || !names.includes(service.name) || done) return;
      const options = { cwd: root, env: serviceEnvironment(service, contract), echo: true };
      const result = await step('import of the catalogue', () =>
        runCommand(children, node, [...NODE_OPTIONS, CATALOGUE_IMPORT.entry, ...args], options),
      );
      if (!result.ok)
        throw new Failure(`The import of the catalogue failed (${result.ending}).`, [
          'To start without it: npm start -- --no-catalogue',
        ]);
      markCatalogueImported(state, engines, args);
    },
  };
}

/**
 * @param {number | undefined} gatewayPort
 * @returns {Promise<Map<string, number>>} of all services, also of those that are not started
 */
async function choosePorts(gatewayPort) {
  const ports = new Map();
  for (const { name } of SERVICES)
    ports.set(name, name === GATEWAY && gatewayPort !== undefined ? gatewayPort : await freePort());
  return ports;
}

/**
 * Says that the database of these engines needs no import of the catalogue any more.
 * @param {import('./state.mjs').StateFolder} state
 * @param {RunningEngine[]} engines
 * @param {readonly string[]} args how it was imported
 */
export function markCatalogueImported(state, engines, args) {
  const into = databaseMark(engines);
  writeJson(state.catalogueMarker, { importedAt: new Date().toISOString(), args, into });
}

/**
 * Which MongoDB it is: the one of this clone, whatever its port, or another. Hashed, for an address may hold a password.
 * @param {RunningEngine[]} engines
 */
function databaseMark(engines) {
  const mongodb = engines.find(({ name }) => name === 'mongodb');
  if (!mongodb || mongodb.process) return 'this clone';
  return createHash('sha256').update(mongodb.address).digest('hex');
}

/** @param {number} port that a person typed, or knows */
export async function refuseTakenPort(port) {
  if (await isFree(port)) return;
  const owner = portOwner(port);
  throw new Failure(`Port ${port} is in use${owner ? ` (${owner})` : ''}.`, [
    `End that program, or take another port: npm start -- --port ${port === 65_535 ? 4000 : port + 1}`,
  ]);
}

/** @param {string} url */
async function isOk(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_LIMIT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * What others may know of a running house.
 * @param {{ url: string, startedAt: string, engines: RunningEngine[], services: RunningService[] }} house
 */
function houseRecord({ url, startedAt, engines, services }) {
  return {
    url,
    pid: process.pid,
    startedAt,
    services: Object.fromEntries(
      services.map((service) => [
        service.name,
        { url: service.url, port: Number(new URL(service.url).port), pid: service.process.pid },
      ]),
    ),
    engines: Object.fromEntries(
      engines.map((engine) => [
        engine.name,
        { url: engine.address, origin: engine.origin, pid: engine.process?.pid },
      ]),
    ),
  };
}
