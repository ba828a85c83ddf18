import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';

import { refuseTakenPort } from '../launcher/open-house.mjs';
import { freePort, isFree, portOwner } from './ports.mjs';

test('free ports differ and lie below the range of outgoing connections', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, freePort));
  assert.equal(new Set(ports).size, 20);
  assert.ok(ports.every((port) => port >= 20_000 && port < 30_000));
});

test('a taken port is refused with its owner and another port to take', async (t) => {
  const port = await freePort();
  await refuseTakenPort(port);
  const server = createServer().listen(port, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  assert.equal(await isFree(port), false);
  if (process.platform === 'linux') assert.match(portOwner(port) ?? '', new RegExp(`pid ${process.pid}$`));
  await assert.rejects(refuseTakenPort(port), {
    name: 'Failure',
    message: new RegExp(`Port ${port} is in use[^]*--port ${port + 1}`),
  });
});
