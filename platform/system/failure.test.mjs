import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { exitCodeOf, explain, Failure, WrongCommand } from './failure.mjs';
import { prepareFolder, readJson, writeJson } from './files.mjs';

const folder = mkdtempSync(join(tmpdir(), 'tessera-failure-'));
after(() => rmSync(folder, { recursive: true }));

test('an expected failure is explained without a stack', () => {
  assert.equal(explain(new Failure('It is broken.', ['Mend it.'])), 'It is broken.\n  Mend it.');
});

test('a wrong command line is told apart by the exit code', () => {
  assert.equal(explain(new WrongCommand('There is no option x.')), 'There is no option x.');
  assert.equal(exitCodeOf(new WrongCommand('There is no option x.')), 2);
  assert.equal(exitCodeOf(new Failure('It is broken.')), 1);
});

test('a full disk is named as such', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    path: '/x/y',
  });
  assert.match(explain(error), /^The disk is full \(while writing \/x\/y\)\.\n {2}Free some space/);
});

test('a bug keeps its stack', () => {
  assert.match(
    explain(new TypeError('x is not a function')),
    /bug in the launcher:\nTypeError: x is not a function\n\s+at /,
  );
});

test('a folder that cannot be made is refused with cause and cure', () => {
  writeFileSync(join(folder, 'file'), '');
  const need = { purpose: 'The cache', neededMb: 1, cure: 'Name another.' };
  assert.throws(() => prepareFolder(join(folder, 'file/inside'), need), {
    name: 'Failure',
    message: /^The cache cannot be written: .*\(ENOTDIR\)\.\n {2}Name another\.$/,
  });
});

test('a disk with too little room is refused before it is full', () => {
  const need = { purpose: 'The cache', neededMb: 1e9, cure: 'Name another.' };
  assert.throws(() => prepareFolder(folder, need), {
    name: 'Failure',
    message: /needs 1000000000 MB free, but .* has \d+ MB left/,
  });
});

test('JSON files: absent and torn ones read as nothing, written ones come back', () => {
  const path = join(folder, 'a/b.json');
  assert.equal(readJson(path), undefined);
  writeJson(path, { a: 1 });
  assert.deepEqual(readJson(path), { a: 1 });
  writeFileSync(path, '{"a":');
  assert.equal(readJson(path), undefined);
});
