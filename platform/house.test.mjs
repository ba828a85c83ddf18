import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';

import { DEFAULT_PREFIXES, SECRET_NAMES, SERVICES, engineEnvironment, serviceEnvironment } from './house.mjs';

const ports = new Map(SERVICES.map(({ name }, index) => [name, 20_001 + index]));
const secrets = Object.fromEntries(SECRET_NAMES.map((name) => [name, `kept ${name}`]));
const engines = engineEnvironment(
  { REDIS_URL: 'redis://127.0.0.1:1' },
  { mongodbSessions: false, prefixes: DEFAULT_PREFIXES },
);

/**
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [inherited]
 */
function environmentOf(name, inherited = {}) {
  const service = SERVICES.find((candidate) => candidate.name === name);
  assert.ok(service);
  return serviceEnvironment(service, { inherited, engines, ports, secrets, data: '/house/data' });
}

test('no service is given a secret that is not its own', () => {
  // As if the launcher itself had been started with all of them.
  const given = (/** @type {string} */ name) =>
    SECRET_NAMES.filter((secret) => environmentOf(name, secrets)[secret] !== undefined).sort();
  assert.deepEqual(Object.fromEntries(SERVICES.map(({ name }) => [name, given(name)])), {
    auth: ['AUTH_KEY_ENCRYPTION_KEY'],
    events: ['IMAGE_UPLOAD_KEY'],
    tickets: ['PAYMENT_TOKEN_KEY', 'TICKETS_KEY_ENCRYPTION_KEY', 'VISITOR_KEY'],
    payments: ['PAYMENT_TOKEN_KEY', 'TEST_PROVIDER_KEY'],
    pricing: [],
    checkin: [],
    gateway: ['VISITOR_KEY'],
  });
});

test('the keys of an account elsewhere reach the service that needs them, and no other', () => {
  const given = SERVICES.map(({ name }) => [
    name,
    environmentOf(name, { STRIPE_SECRET_KEY: 'sk' })['STRIPE_SECRET_KEY'],
  ]);
  assert.deepEqual(
    given.filter(([, key]) => key !== undefined),
    [['payments', 'sk']],
  );
});

test('each service is told where it listens and where the others are', () => {
  const environment = environmentOf('events');
  assert.equal(environment['HOST'], '127.0.0.1');
  assert.equal(environment['PORT'], '20002');
  assert.equal(environment['AUTH_URL'], 'http://127.0.0.1:20001');
  assert.equal(environment['PUBLIC_URL'], 'http://127.0.0.1:20007');
  assert.equal(environment['MONGODB_SESSIONS'], 'false');
  assert.equal(environment['NODE_ENV'], 'development');
  assert.equal(environmentOf('auth')['MAIL_FOLDER'], join('/house/data', 'mail'));
  assert.equal(environment['IMAGES_FOLDER'], join('/house/data', 'images'));
});

test('what the user set passes through, what npm set does not', () => {
  const environment = environmentOf('events', {
    LOG_LEVEL: 'debug',
    NODE_ENV: 'production',
    npm_config_x: 'y',
  });
  assert.equal(environment['LOG_LEVEL'], 'debug');
  assert.equal(environment['NODE_ENV'], 'production');
  assert.equal(environment['npm_config_x'], undefined);
});
