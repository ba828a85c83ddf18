import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { findOnPath } from '../system/files.mjs';
import { provideOnce } from './cache-folder.mjs';
import { containerSource } from './containers.mjs';
import { aptRelease, multiarch, unpackPackages } from './debian-packages.mjs';
import { urlHosts } from './endpoints.mjs';
import { redisAnswers } from './probes.mjs';

// Holds live in Redis: what it acknowledged survives a restart, but for the last second at most, and nothing is evicted.
const SETTINGS = [
  '--appendonly',
  'yes',
  '--appendfsync',
  'everysec',
  '--maxmemory-policy',
  'noeviction',
  '--save',
  '',
];

/** @type {import('./recipe.mjs').Recipe} */
export const redis = {
  name: 'redis',
  label: 'Redis',
  variable: 'REDIS_URL',
  example: 'redis://127.0.0.1:6379',
  endpoints: (url) => urlHosts(url, { redis: 6379, rediss: 6379 }),
  address: (port) => `redis://127.0.0.1:${port}`,
  answers: redisAnswers,
  sources: [
    async ({ env }) => {
      const server = findOnPath('redis-server', env);
      return server
        ? serverSource(`installed (${server})`, server)
        : { unavailable: 'no redis-server on PATH' };
    },
    containerSource({
      image: 'redis:7',
      volumePath: '/data',
      settings: () => ({ port: 6379, args: SETTINGS }),
    }),
    provisioned,
  ],
  cures: [
    'apt-get install -y redis-server',
    'brew install redis',
    'docker run --rm -p 6379:6379 redis:7   (then set REDIS_URL)',
  ],
};

/**
 * Debian's package, unpacked: installing it would also start a system service.
 * @param {import('./recipe.mjs').Surroundings} surroundings
 */
async function provisioned(surroundings) {
  const { env } = surroundings;
  const release = aptRelease(env);
  const libraries = multiarch(process.arch);
  if (!release || !libraries)
    return { unavailable: 'unpacking its package into the cache needs Debian or Ubuntu on x64 or arm64' };
  const entry = `redis-server-${release.id}-${release.codename}-${process.arch}`;
  const folder = await provideOnce(
    env,
    { entry, title: 'download of Redis (Debian packages into the cache, nothing is installed)' },
    (draft) =>
      unpackPackages(surroundings, draft, {
        release,
        suite: release.codename,
        packages: ['redis-server'],
        withDependencies: true,
      }),
  );
  const server = join(folder, 'root/usr/bin/redis-server');
  if (!existsSync(server))
    return { unavailable: `${folder} holds no redis-server; remove that folder to download it again` };
  return serverSource(`package of ${release.id} ${release.codename}, in the cache`, server, {
    LD_LIBRARY_PATH: join(folder, 'root/usr/lib', libraries),
  });
}

/**
 * @param {string} origin
 * @param {string} server
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {import('./recipe.mjs').OwnSource}
 */
function serverSource(origin, server, env) {
  return {
    origin,
    prepare: async ({ folder, port }) => ({
      command: server,
      args: ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, ...SETTINGS],
      env,
    }),
  };
}
