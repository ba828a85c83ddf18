import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { Children } from './children.mjs';
import { STAGE, endProcesses } from './end-processes.mjs';
import { identify, isRunning } from './process-identity.mjs';
import { until } from './wait.mjs';

const folder = mkdtempSync(join(tmpdir(), 'tessera-children-'));
after(() => rmSync(folder, { recursive: true }));

const SLEEPER = ['-e', 'setTimeout(() => {}, 60_000)'];
const DEAF_SLEEPER = [
  '-e',
  "process.on('SIGTERM', () => {}); console.log('up'); setTimeout(() => {}, 60_000)",
];

/** @param {string} file */
const records = (file) => JSON.parse(readFileSync(file, 'utf8'));

test('a child is recorded while it runs', async () => {
  const file = join(folder, 'recorded.json');
  const children = new Children(file);
  const child = children.spawn(process.execPath, ['-e', ''], { name: 'short', stage: STAGE.command });
  assert.deepEqual(records(file), [
    { ...records(file)[0], pid: child.pid, name: 'short', stage: STAGE.command },
  ]);
  await once(child, 'exit');
  assert.deepEqual(records(file), []);
});

test('the end takes services before engines, and kills what does not listen', async () => {
  const children = new Children(join(folder, 'ordered.json'));
  /** @type {string[]} */
  const ended = [];
  const engine = children.spawn(process.execPath, SLEEPER, { name: 'engine', stage: STAGE.engine });
  const service = children.spawn(process.execPath, DEAF_SLEEPER, { name: 'service', stage: STAGE.service });
  const serviceIdentity = identify(service.pid ?? 0);
  assert.ok(serviceIdentity);
  // Two exits may be reported in one go and in any order: what counts is that the service was gone by then.
  engine.once('exit', () => ended.push(isRunning(serviceIdentity) ? 'engine, too early' : 'engine'));
  service.once('exit', () => ended.push('service'));
  await once(/** @type {import('node:stream').Readable} */ (service.stdout), 'data');
  children.hurry();
  await children.endAll();
  await until(() => ended.length === 2, { limitMs: 2_000 });
  assert.deepEqual(new Set(ended), new Set(['service', 'engine']));
  assert.throws(() => children.spawn(process.execPath, SLEEPER, { name: 'late', stage: STAGE.service }));
});

test('what an earlier launcher left running is ended, a recycled process id is not', async () => {
  const file = join(folder, 'leftovers.json');
  const left = spawn(process.execPath, SLEEPER, { detached: true });
  const stranger = spawn(process.execPath, SLEEPER, { detached: true });
  const leftIdentity = identify(left.pid ?? 0);
  assert.ok(leftIdentity);
  writeFileSync(
    file,
    JSON.stringify([
      { ...leftIdentity, name: 'left', stage: STAGE.service },
      { pid: stranger.pid, startedAt: 'another time', name: 'gone', stage: STAGE.service },
    ]),
  );
  assert.deepEqual(
    (await new Children(file).endLeftovers()).map(({ name }) => name),
    ['left'],
  );
  assert.equal(isRunning(leftIdentity), false);
  assert.ok(identify(stranger.pid ?? 0));
  stranger.kill();
});

test('the guardian ends the children of a launcher that was killed', async () => {
  const file = join(folder, 'guarded.json');
  const module = new URL('./children.mjs', import.meta.url).href;
  const program = `import { Children } from '${module}'; const children = new Children(process.argv[1]); children.startGuardian();
    children.spawn(process.execPath, ${JSON.stringify(SLEEPER)}, { name: 'guarded', stage: 1 }); console.log('up'); setTimeout(() => {}, 60_000);`;
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', program, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(launcher.stdout, 'data');
  const [guarded] = records(file);
  assert.ok(isRunning(guarded));
  launcher.kill('SIGKILL');
  assert.ok(await until(() => !isRunning(guarded), { limitMs: 5_000 }), 'the child outlived its launcher');
});

test('ending what has already ended is quick', async () => {
  const startedAt = performance.now();
  assert.deepEqual(
    await endProcesses([{ pid: process.pid, startedAt: 'another time', name: 'gone', stage: STAGE.service }]),
    [],
  );
  assert.ok(performance.now() - startedAt < 1_000);
});
