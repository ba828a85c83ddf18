import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { tryLock } from './lock.mjs';
import { identify } from './process-identity.mjs';

const folder = mkdtempSync(join(tmpdir(), 'tessera-lock-'));
after(() => rmSync(folder, { recursive: true }));

test('a lock is held by one process and says by which', () => {
  const path = join(folder, 'held.lock');
  const first = tryLock(path);
  assert.ok(!first.heldBy);
  assert.deepEqual(tryLock(path).heldBy, identify(process.pid));
  first.release();
  assert.ok(!tryLock(path).heldBy);
});

test('the lock of a dead process is taken over', () => {
  const path = join(folder, 'stale.lock');
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(path, JSON.stringify({ pid, startedAt: 'then' }));
  assert.ok(!tryLock(path).heldBy);
});

test('the lock of a process whose number was given to another is taken over', () => {
  const path = join(folder, 'recycled.lock');
  writeFileSync(path, JSON.stringify({ pid: process.ppid, startedAt: 'another time' }));
  assert.ok(!tryLock(path).heldBy);
});

test('a lock file that holds nonsense is taken over', () => {
  const path = join(folder, 'nonsense.lock');
  writeFileSync(path, 'half a rec');
  assert.ok(!tryLock(path).heldBy);
});

test('of many processes that meet a stale lock, one gets it', async () => {
  const path = join(folder, 'contested.lock');
  writeFileSync(path, JSON.stringify({ pid: process.pid, startedAt: 'another time' }));
  const lockModule = new URL('./lock.mjs', import.meta.url).href;
  // Each holder stays until its input closes: nobody may take a lock because its owner has left.
  const program = `import { tryLock } from '${lockModule}'; console.log(tryLock(process.argv[1]).heldBy ? 'no' : 'yes'); process.stdin.resume();`;
  const contenders = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', program, path], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  const answers = await Promise.all(
    contenders.map(async ({ stdout }) => String(await once(stdout, 'data').then(([chunk]) => chunk)).trim()),
  );
  for (const { stdin } of contenders) stdin.end();
  assert.deepEqual(answers.sort(), ['no', 'no', 'no', 'no', 'no', 'yes']);
  assert.ok(JSON.parse(readFileSync(path, 'utf8')).pid !== process.pid);
});
