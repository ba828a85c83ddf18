import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readArguments, readPort, readPrivateId, readSelection } from './arguments.mjs';

const OPTIONS = /** @type {const} */ ({ port: { type: 'string' }, fresh: { type: 'boolean' } });
const ABOUT = { help: 'npm start -- --help' };

test('known options are read', () => {
  assert.deepEqual(
    { ...readArguments(['--port', '4001', '--fresh'], OPTIONS, ABOUT).values },
    { port: '4001', fresh: true },
  );
});

for (const [title, args] of /** @type {[string, string[]][]} */ ([
  ['an unknown option', ['--bogus']],
  ['a word without an option', ['auth']],
  ['an option without its value', ['--port']],
])) {
  test(`${title} is refused with a way to the help`, () => {
    assert.throws(() => readArguments(args, OPTIONS, ABOUT), {
      name: 'Failure',
      message: /\.\n {2}All options: npm start -- --help$/,
    });
  });
}

for (const text of ['abc', '', '0', '65536', '-1', '4000.5', '0x10']) {
  test(`"${text}" is no port`, () =>
    assert.throws(() => readPort(text), {
      name: 'Failure',
      message: /--port takes a number from 1 to 65535/,
    }));
}

test('who names a wrong port is named', () =>
  assert.throws(() => readPort('x', 'PORT, in the environment,'), {
    message: /^PORT, in the environment, takes a number from 1 to 65535, not "x"/,
  }));

test('what npm kept for itself is explained', () =>
  assert.throws(() => readArguments(['4001'], OPTIONS, ABOUT), { message: /behind a -- of their own/ }));

test('a port is a number', () => assert.equal(readPort('4001'), 4001));

for (const text of ['', '..', '../data', 'A', '-x', 'a'.repeat(41)]) {
  test(`"${text}" names no private house`, () =>
    assert.throws(() => readPrivateId(text), { name: 'Failure', message: /--private takes/ }));
}

test('a selection keeps the order of the house', () => {
  assert.deepEqual(readSelection('--only', 'b, a', ['a', 'b', 'c']), ['a', 'b']);
  assert.deepEqual(readSelection('--only', undefined, ['a', 'b']), ['a', 'b']);
});

test('a selection of what does not exist, or of nothing, is refused', () => {
  assert.throws(() => readSelection('--only', 'a,x', ['a', 'b']), {
    name: 'Failure',
    message: /does not know "x"[^]*a,b/,
  });
  assert.throws(() => readSelection('--only', ',', ['a', 'b']), {
    name: 'Failure',
    message: /names nothing/,
  });
});
