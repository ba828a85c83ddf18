import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { GATEWAY, SERVICES, entryOf } from '../house.mjs';
import { brokenRules, readCompose, resolvedEnvironment, schemaErrors } from './compose-rules.mjs';

const file = new URL('../../docker-compose.yml', import.meta.url);
const text = readFileSync(file, 'utf8');
const compose = readCompose(text);

/**
 * The file with one thing broken.
 * @param {string | RegExp} what
 * @param {string} by
 */
function broken(what, by) {
  const changed = text.replace(what, by);
  assert.notEqual(changed, text, 'the test must change something');
  return readCompose(changed);
}

test('docker-compose.yml keeps to the Compose Specification', () => {
  assert.deepEqual(schemaErrors(compose), []);
});

test('what the specification does not know is found', () => {
  assert.match(schemaErrors(broken('    healthcheck:', '    healthchek:')).join(), /additional properties/);
  assert.match(schemaErrors(broken('interval: 5s', 'interval: [5s]')).join(), /interval must be string/);
  assert.match(schemaErrors(broken(/ports: .*/, 'ports: 4000')).join(), /must be array/);
});

test('it runs the house of npm start, pinned, watched, and without secrets', () => {
  assert.deepEqual(brokenRules(compose), []);
});

test('a house that is not the same is found', () => {
  assert.deepEqual(brokenRules(broken('  pricing:\n    <<', '  prices:\n    <<')), ['pricing is missing']);
  assert.deepEqual(brokenRules(broken('command: [dist/apps/checkin', 'command: [dist/apps/entry')), [
    `checkin: it must run ${entryOf('checkin')}`,
  ]);
  assert.deepEqual(brokenRules(broken(/\n +TICKETS_KEY_ENCRYPTION_KEY: .*/, '')), [
    'tickets: it lacks TICKETS_KEY_ENCRYPTION_KEY',
  ]);
});

test('an image without a version, a secret in the file, and a missing health check are found', () => {
  assert.deepEqual(brokenRules(broken(/mongo:8[\d.]*/, 'mongo:latest')), [
    'mongodb: its image is not pinned to a version: mongo:latest',
  ]);
  const secret = broken(/(AUTH_KEY_ENCRYPTION_KEY): .*/, `$1: ${'s3cr3t_'.repeat(6)}x`);
  assert.deepEqual(brokenRules(secret), [
    'auth: AUTH_KEY_ENCRYPTION_KEY must be asked of the environment: ${AUTH_KEY_ENCRYPTION_KEY:?…}',
  ]);
  assert.deepEqual(brokenRules(broken('      test: [CMD, redis-cli, ping]\n', '')), [
    'redis: it has no health check',
  ]);
});

/** @param {string} path of a source's result */
const built = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);

for (const { name } of SERVICES) {
  test(`${name} starts with the environment that it is given there`, async () => {
    const { parseEnvironment } = await built('libs/config/src/index.js');
    const { environment } = await built(`apps/${name}/src/config.js`);
    const service = compose.services[name];
    assert.ok(service);
    const given = { HOST: '0.0.0.0', PORT: '8080', ...resolvedEnvironment(service) };
    const settings = parseEnvironment(environment, given);
    if (name !== GATEWAY) assert.equal(settings['MONGODB_SESSIONS'], false);
    assert.throws(() => parseEnvironment(environment, {}), /is not set/);
  });
}
