/**
 * The house: which services Tessera consists of and what each is told. This list is the whole contract between the
 * launcher and the services.
 */
import { join } from 'node:path';

/**
 * @typedef {object} Service
 * @property {string} name
 * @property {number} [port] a fixed default; otherwise a free one is chosen at each start
 * @property {readonly string[]} [secrets] the only secrets of the house that this service is given
 * @property {readonly string[]} [accounts] secrets of accounts elsewhere, from whoever starts the house: for this service alone
 * @property {Readonly<Record<string, string>>} [folders] by variable, folders of its own inside the house's data
 */

/** @type {readonly Service[]} */
export const SERVICES = [
  { name: 'auth', secrets: ['AUTH_KEY_ENCRYPTION_KEY'], folders: { MAIL_FOLDER: 'mail' } },
  { name: 'events', secrets: ['IMAGE_UPLOAD_KEY'], folders: { IMAGES_FOLDER: 'images' } },
  {
    name: 'tickets',
    secrets: ['PAYMENT_TOKEN_KEY', 'TICKETS_KEY_ENCRYPTION_KEY', 'VISITOR_KEY'],
  },
  {
    name: 'payments',
    secrets: ['PAYMENT_TOKEN_KEY', 'TEST_PROVIDER_KEY'],
    accounts: ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'],
  },
  { name: 'pricing' },
  { name: 'checkin' },
  { name: 'gateway', port: 4000, secrets: ['VISITOR_KEY'] },
];

export const GATEWAY = 'gateway';
export const SECRET_NAMES = [...new Set(SERVICES.flatMap(({ secrets = [] }) => secrets))];
export const ACCOUNT_NAMES = [...new Set(SERVICES.flatMap(({ accounts = [] }) => accounts))];

/** @param {string} name of a service */
export const entryOf = (name) => `dist/apps/${name}/src/main.js`;

/** What Node is told for every service. */
export const NODE_OPTIONS = ['--enable-source-maps'];

/** Fills an empty house with the example events; runs with the environment of its service. */
export const CATALOGUE_IMPORT = { service: 'events', entry: 'dist/apps/events/src/import-catalogue.js' };

export const READY_PATH = '/health/ready';

/**
 * @typedef {object} Prefixes keep what shares an engine apart
 * @property {string} database
 * @property {string} redis
 * @property {string} kafka
 */

/** @type {Prefixes} */
export const DEFAULT_PREFIXES = { database: 'tessera_', redis: '', kafka: '' };

/**
 * @param {Record<string, string>} engines addresses by variable, for example {REDIS_URL: …}
 * @param {{ mongodbSessions: boolean, prefixes: Prefixes }} about `mongodbSessions`: whether it has sessions and retryable
 *   writes, as a replica set does
 * @returns {Record<string, string>} what whoever uses the engines is told of them
 */
export function engineEnvironment(engines, { mongodbSessions, prefixes }) {
  return {
    ...engines,
    MONGODB_SESSIONS: String(mongodbSessions),
    MONGODB_DATABASE_PREFIX: prefixes.database,
    REDIS_KEY_PREFIX: prefixes.redis,
    KAFKA_TOPIC_PREFIX: prefixes.kafka,
  };
}

/**
 * @param {Service} service
 * @param {object} about
 * @param {NodeJS.ProcessEnv} about.inherited LOG_LEVEL, a provider's settings and the like pass through
 * @param {Record<string, string>} about.engines see engineEnvironment
 * @param {ReadonlyMap<string, number>} about.ports of all services
 * @param {Record<string, string>} about.secrets of the whole house
 * @param {string} about.data the house's data folder
 * @returns {NodeJS.ProcessEnv}
 */
export function serviceEnvironment(service, { inherited, engines, ports, secrets, data }) {
  const passedOn = Object.entries(inherited).filter(
    ([name]) =>
      !SECRET_NAMES.includes(name) &&
      !name.startsWith('npm_') &&
      (!ACCOUNT_NAMES.includes(name) || service.accounts?.includes(name)),
  );
  const addresses = [...ports]
    .filter(([name]) => name !== GATEWAY)
    .map(([name, port]) => [`${name.toUpperCase()}_URL`, urlOf(port)]);
  return {
    NODE_ENV: 'development',
    // One process of each service reads all partitions, and every one of them costs something in every fetch.
    KAFKA_PARTITIONS: '8',
    ...Object.fromEntries(passedOn),
    ...engines,
    ...Object.fromEntries(addresses),
    ...Object.fromEntries((service.secrets ?? []).map((name) => [name, secrets[name]])),
    ...Object.fromEntries(
      Object.entries(service.folders ?? {}).map(([variable, folder]) => [variable, join(data, folder)]),
    ),
    APOLLO_TELEMETRY_DISABLED: 'true',
    HOST: '127.0.0.1',
    PORT: String(ports.get(service.name)),
    PUBLIC_URL: urlOf(ports.get(GATEWAY) ?? 0),
  };
}

/** @param {number} port */
export const urlOf = (port) => `http://127.0.0.1:${port}`;
