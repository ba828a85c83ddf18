import assert from 'node:assert/strict';
import { test } from 'node:test';

import { withoutCredentials } from './endpoints.mjs';
import { kafka } from './kafka.mjs';
import { mongodb } from './mongodb.mjs';
import { checkAddress } from './recipe.mjs';
import { redis } from './redis.mjs';

test('addresses in their usual forms are understood', () => {
  assert.deepEqual(mongodb.endpoints('mongodb://user:p%40ss@a:1,b/db?replicaSet=x'), [
    { host: 'a', port: 1 },
    { host: 'b', port: 27_017 },
  ]);
  assert.deepEqual(mongodb.endpoints('mongodb+srv://cluster.example.org'), []);
  assert.deepEqual(redis.endpoints('rediss://:secret@[::1]:7000/1'), [{ host: '::1', port: 7000 }]);
  assert.deepEqual(kafka.endpoints('a:9093, b'), [
    { host: 'a', port: 9093 },
    { host: 'b', port: 9092 },
  ]);
});

for (const [recipe, value] of /** @type {const} */ ([
  [mongodb, 'garbage'],
  [mongodb, 'mongodb://'],
  [redis, 'http://a'],
  [redis, 'redis://a:99999'],
  [kafka, 'a b'],
  [kafka, 'kafka://a:9092'],
])) {
  test(`${recipe.variable}=${value} is refused with an example`, async () => {
    await assert.rejects(checkAddress(recipe, { [recipe.variable]: value }), {
      name: 'Failure',
      message: new RegExp(`${recipe.variable} is not understood[^]*for example ${recipe.variable}=`),
    });
  });
}

test('an address where nothing answers is refused without printing its password', async () => {
  const failure = await checkAddress(redis, { REDIS_URL: 'redis://user:hunter2@127.0.0.1:1' }).catch(
    (error) => error,
  );
  assert.match(failure.message, /nothing answers at 127\.0\.0\.1:1/);
  assert.doesNotMatch(failure.message, /hunter2/);
});

test('a shown address has no credentials', () => {
  assert.equal(withoutCredentials('mongodb://user:secret@a:1/db?x=y'), 'mongodb://a:1/db');
  assert.equal(withoutCredentials('a:9092,b:9092'), 'a:9092,b:9092');
});
