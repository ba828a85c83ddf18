/** What docker-compose.yml has to keep to beyond its schema: it runs the same house as `npm start`. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

import { ACCOUNT_NAMES, SECRET_NAMES, SERVICES, entryOf } from '../house.mjs';

const SCHEMA = new URL('compose-spec/compose-spec.json', import.meta.url);

/** `name:1.2.3` with at least two numbers, optionally with a variant or a digest. */
const PINNED = /:\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$/;
/** Nothing but a reference to the environment, which must be set; of an account elsewhere it may be empty. */
const REQUIRED_REFERENCE = /^\$\{(\w+):\?[^}]*\}$/;
const OPTIONAL_REFERENCE = /^\$\{(\w+):-\}$/;
const SECRET = /(?<!PUBLISHABLE)(_KEY|SECRET|PASSWORD|TOKEN)$/;
/** 32 bytes in base64url, as the house's keys are. */
const LOOKS_LIKE_A_KEY = /(?<![\w-])[\w-]{43}(?![\w-])/;

/**
 * @typedef {object} ComposeService
 * @property {string} [image]
 * @property {unknown} [build]
 * @property {string[]} [command]
 * @property {Record<string, string>} [environment]
 * @property {{ disable?: boolean, test?: unknown }} [healthcheck]
 * @property {string} [restart]
 * @property {boolean} [read_only]
 *
 * @typedef {{ services: Record<string, ComposeService> }} Compose
 */

/**
 * @param {string} text of a compose file
 * @returns {Compose}
 */
export function readCompose(text) {
  return parse(text, { merge: true });
}

/**
 * @param {unknown} compose
 * @returns {string[]} how it departs from the Compose Specification
 */
export function schemaErrors(compose) {
  const { $schema: _, ...schema } = JSON.parse(readFileSync(SCHEMA, 'utf8'));
  const ajv = new Ajv({ strict: false, allErrors: true });
  const validate = ajv.compile(schema);
  validate(compose);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
}

/**
 * The environment as a container gets it, with secrets made up and defaults taken.
 * @param {ComposeService} service
 * @returns {Record<string, string>}
 */
export function resolvedEnvironment({ environment = {} }) {
  const madeUp = 'A'.repeat(43);
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      String(value)
        .replace(/\$\{\w+:\?[^}]*\}/g, madeUp)
        .replace(/\$\{\w+:-([^}]*)\}/g, '$1'),
    ]),
  );
}

/**
 * @param {Compose} compose
 * @returns {string[]} every rule that is broken, with the service that breaks it
 */
export function brokenRules({ services }) {
  const missing = SERVICES.filter(({ name }) => !services[name]).map(({ name }) => `${name} is missing`);
  const broken = Object.entries(services).flatMap(([name, service]) =>
    [...imageRules(service), ...secretRules(service), ...houseRules(name, service)].map(
      (rule) => `${name}: ${rule}`,
    ),
  );
  return [...missing, ...broken];
}

/**
 * @param {ComposeService} service
 * @returns {string[]}
 */
function imageRules({ image, build, healthcheck, restart, read_only: readOnly }) {
  const broken = [];
  if (build) {
    if (!readOnly) broken.push('its file system can be written to');
    // Ours have the health check of the Dockerfile.
    if (healthcheck?.disable && restart !== 'no') broken.push('it has no health check');
  } else {
    if (!image || !PINNED.test(image)) broken.push(`its image is not pinned to a version: ${image}`);
    if (!healthcheck?.test) broken.push('it has no health check');
  }
  return broken;
}

/**
 * @param {ComposeService} service
 * @returns {string[]}
 */
function secretRules({ environment = {} }) {
  return Object.entries(environment).flatMap(([name, raw]) => {
    const value = String(raw);
    const pattern = ACCOUNT_NAMES.includes(name) ? OPTIONAL_REFERENCE : REQUIRED_REFERENCE;
    const reference = pattern.exec(value)?.[1];
    if (SECRET.test(name) && reference !== name)
      return [`${name} must be asked of the environment: \${${name}:?…}`];
    return LOOKS_LIKE_A_KEY.test(value) ? [`${name} looks like a secret`] : [];
  });
}

/**
 * @param {string} name
 * @param {ComposeService} service
 * @returns {string[]}
 */
function houseRules(name, { environment = {}, command }) {
  const known = SERVICES.find((service) => service.name === name);
  if (!known) return [];
  const broken = [];
  if (command?.[0] !== entryOf(name)) broken.push(`it must run ${entryOf(name)}`);
  for (const secret of known.secrets ?? []) if (!(secret in environment)) broken.push(`it lacks ${secret}`);
  for (const secret of SECRET_NAMES)
    if (secret in environment && !known.secrets?.includes(secret))
      broken.push(`${secret} is none of its secrets`);
  return broken;
}
