import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { provideOnce } from './cache-folder.mjs';
import { aptRelease, multiarch, unpackPackages } from './debian-packages.mjs';

/** Releases of the same family whose C library is new enough (2.41 and 2.39). */
const LATER_SUITE = /** @type {Record<string, string>} */ ({ debian: 'trixie', ubuntu: 'noble' });
const LOADERS = /** @type {Record<string, string>} */ ({
  x64: 'usr/lib64/ld-linux-x86-64.so.2',
  arm64: 'usr/lib/ld-linux-aarch64.so.1',
});

/**
 * How to run a program that needs a C library at least this new: what to put before its command line. Where the
 * machine's own is older, the loader and library of the distribution's next release are unpacked into the cache and
 * used for this program alone.
 * @param {import('./recipe.mjs').Surroundings} surroundings
 * @param {[number, number]} wanted for example [2, 38]
 * @returns {Promise<{ prefix: string[] } | import('./recipe.mjs').Unavailable>}
 */
export async function runnerWithGlibc(surroundings, wanted) {
  if (process.platform !== 'linux') return { prefix: [] };
  const present = presentGlibc();
  if (!present)
    return { unavailable: `it needs glibc ${wanted.join('.')}, this system uses another C library` };
  if (present[0] > wanted[0] || (present[0] === wanted[0] && present[1] >= wanted[1])) return { prefix: [] };

  const { env } = surroundings;
  const release = aptRelease(env);
  const suite = LATER_SUITE[release?.id ?? ''];
  const [libraries, loader] = [multiarch(process.arch), LOADERS[process.arch]];
  if (!release || !suite || !libraries || !loader) {
    return {
      unavailable: `it needs glibc ${wanted.join('.')}, this system has ${present.join('.')} and no apt to get a newer one from`,
    };
  }
  const entry = `glibc-${suite}-${process.arch}`;
  const folder = await provideOnce(
    env,
    {
      entry,
      title: `download of ${suite}'s C library (Debian packages into the cache, nothing is installed)`,
    },
    (draft) =>
      unpackPackages(surroundings, draft, {
        release,
        suite,
        packages: ['libc6', 'libstdc++6', 'libgcc-s1'],
        withDependencies: false,
      }),
  );
  const root = join(folder, 'root');
  if (!existsSync(join(root, loader)))
    return { unavailable: `${folder} holds no loader; remove that folder to download it again` };
  const path = [join(root, 'usr/lib', libraries), join('/usr/lib', libraries)].join(':');
  return { prefix: [join(root, loader), '--library-path', path] };
}

/** @returns {[number, number] | undefined} */
function presentGlibc() {
  const report = /** @type {any} */ (process.report);
  report.excludeNetwork = true;
  const [major, minor] = String(report.getReport().header.glibcVersionRuntime ?? '')
    .split('.')
    .map(Number);
  return major && minor !== undefined ? [major, minor] : undefined;
}
