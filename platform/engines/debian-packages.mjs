/** Debian packages, unpacked into a folder instead of installed: no root needed, the system stays as it is. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { mustRun } from '../system/commands.mjs';
import { findOnPath } from '../system/files.mjs';

const APT = '/etc/apt';

/**
 * @typedef {object} Release
 * @property {string} id "debian", "ubuntu", …
 * @property {string} codename "bookworm", …
 */

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Release | undefined} undefined where there is no apt
 */
export function aptRelease(env) {
  if (!findOnPath('apt-get', env) || !findOnPath('dpkg', env) || !existsSync('/etc/os-release'))
    return undefined;
  const fields = Object.fromEntries(
    readFileSync('/etc/os-release', 'utf8')
      .split('\n')
      .map((line) => line.split('=').map((part) => part.replaceAll('"', ''))),
  );
  const { ID: id, VERSION_CODENAME: codename } = fields;
  return id && codename ? { id, codename } : undefined;
}

/**
 * Downloads packages from the machine's own package sources and unpacks them.
 * @param {{ env: NodeJS.ProcessEnv, children: import('../system/children.mjs').Children }} surroundings
 * @param {string} folder receives the packages' files under `root/`
 * @param {{ release: Release, suite: string, packages: readonly string[], withDependencies: boolean }} wanted `suite`
 *   may be a later release than the machine's; `withDependencies` adds what the packages need and is not installed
 */
export async function unpackPackages(
  { env, children },
  folder,
  { release, suite, packages, withDependencies },
) {
  const work = join(folder, 'apt');
  const root = join(folder, 'root');
  const options = privateApt(work, release.codename, suite);
  /** @param {string[]} args */
  const apt = (args) =>
    mustRun(children, 'apt-get', [...options, ...args], { cwd: work, env: { ...env, LC_ALL: 'C.UTF-8' } });

  await apt(['update', '-qq', '-o', 'APT::Update::Error-Mode=any']);
  await apt([
    'download',
    '-qq',
    ...(withDependencies
      ? namesToInstall(await apt(['install', '--simulate', '--no-install-recommends', ...packages]))
      : packages),
  ]);
  mkdirSync(root);
  for (const file of readdirSync(work).filter((name) => name.endsWith('.deb')))
    await mustRun(children, 'dpkg', ['-x', join(work, file), root], { env });
  rmSync(work, { recursive: true, force: true });
}

/**
 * @param {string} architecture process.arch
 * @returns {string | undefined} the folder name Debian uses for libraries
 */
export function multiarch(architecture) {
  return { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' }[architecture];
}

/**
 * Options that make apt keep everything in a folder of its own, with the machine's sources of another suite.
 * @param {string} work
 * @param {string} codename
 * @param {string} suite
 */
function privateApt(work, codename, suite) {
  const parts = join(work, 'sources.list.d');
  for (const path of [parts, join(work, 'lists/partial'), join(work, 'cache/archives/partial')])
    mkdirSync(path, { recursive: true });
  const isSource = (/** @type {string} */ name) => /\.(list|sources)$/.test(name);
  const sources = [
    ...(existsSync(`${APT}/sources.list`) ? [`${APT}/sources.list`] : []),
    ...(existsSync(`${APT}/sources.list.d`)
      ? readdirSync(`${APT}/sources.list.d`)
          .filter(isSource)
          .map((name) => `${APT}/sources.list.d/${name}`)
      : []),
  ];
  for (const [index, source] of sources.entries()) {
    const text = readFileSync(source, 'utf8');
    // Sources of others (a vendor's own repository) name no suite of the release, or one that a later release lacks.
    if (!text.includes(codename)) continue;
    const copy = join(parts, `${index}-${source.split('/').at(-1)}`);
    if (suite === codename) copyFileSync(source, copy);
    else if (/debian|ubuntu/.test(text)) writeFileSync(copy, text.replaceAll(codename, suite));
  }
  return [
    ['Dir::Etc::sourcelist', '/dev/null'],
    ['Dir::Etc::sourceparts', parts],
    ['Dir::State::lists', join(work, 'lists')],
    ['Dir::Cache', join(work, 'cache')],
    // The folder belongs to this user: apt's own sandbox user cannot write there.
    ['APT::Sandbox::User', ''],
    ['Acquire::Languages', 'none'],
    ['Acquire::Retries', '3'],
  ].flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** @param {string[]} simulation lines such as "Inst redis-tools (5:7.0.15 …)" */
function namesToInstall(simulation) {
  return simulation.flatMap((line) => /^Inst (\S+)/.exec(line)?.[1] ?? []);
}
