import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { NODE_OPTIONS } from '../house.mjs';

const text = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');

/** Instructions, each on one line, by stage; what stands before the first FROM is stage 0. */
const stages = text
  .replace(/^\s*#.*\n/gm, '')
  .replace(/\\\n\s*/g, '')
  .split(/^(?=FROM )/m)
  .map((stage) => stage.split('\n').filter(Boolean));
const runtime = stages.at(-1) ?? [];

/** @param {string} instruction */
const argumentsOf = (instruction) =>
  runtime
    .filter((line) => line.startsWith(`${instruction} `))
    .map((line) => line.slice(instruction.length + 1));

test('every stage begins with one image, pinned to a version', () => {
  const [image] = stages[0] ?? [];
  assert.match(image ?? '', /^ARG NODE_IMAGE=node:24\.\d+\.\d+-[a-z-]+$/);
  for (const [from] of stages.slice(1)) assert.match(from ?? '', /^FROM \$\{NODE_IMAGE\}( AS \w+)?$/);
});

test('the last stage has no tools of the build, no development dependencies, no sources', () => {
  // Folders for volumes, at most: anything else belongs into a stage that is left behind.
  for (const command of argumentsOf('RUN')) assert.match(command, /^install -d -o node -g node \/\w+$/);
  assert.deepEqual(argumentsOf('COPY'), [
    'LICENSE ./',
    '--from=dependencies /tessera/node_modules node_modules',
    '--from=build /tessera/dist dist',
    'package.json ./',
    'data data',
  ]);
  const dependencies = stages.find(([from]) => from?.endsWith(' AS dependencies')) ?? [];
  assert.ok(dependencies.some((line) => line.startsWith('RUN npm ci --omit=dev')));
});

test('it does not run as root, says whether it is well, and is told of signals', () => {
  assert.deepEqual(argumentsOf('USER'), ['node']);
  const [check] = argumentsOf('HEALTHCHECK');
  assert.match(check ?? '', /CMD \["node", .*\/health\/ready/);
  // The form with brackets: a shell in between would keep SIGTERM to itself.
  assert.deepEqual(JSON.parse(argumentsOf('ENTRYPOINT')[0] ?? ''), ['node', ...NODE_OPTIONS]);
});
