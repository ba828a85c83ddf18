/**
 * `npm run contracts:release` writes what this build's contracts promise to `released/`, to be checked in with the
 * change. It refuses, and writes nothing, when that would break a promise already made.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { topics } from '../src/index.ts';
import { changesOf } from './changes.ts';
import { readReleased, writeReleased } from './files.ts';
import { snapshotOf } from './snapshot.ts';

/** npm runs its scripts in the folder of the package, wherever this file was built to. */
const FOLDER = join(process.cwd(), 'libs/contracts/released');

mkdirSync(FOLDER, { recursive: true });
const current = topics.map(snapshotOf);
const changes = changesOf(readReleased(FOLDER), current);
const breaking = changes.filter(({ effect }) => effect === 'breaking');
for (const { effect, path, what } of changes) process.stdout.write(`${effect}: ${path}: ${what}\n`);

if (breaking.length > 0) {
  process.stdout.write(
    'Nothing was released. See "Changing a contract" in docs/architecture.md for the ways that break nobody.\n',
  );
  process.exitCode = 1;
} else {
  await writeReleased(FOLDER, current);
  process.stdout.write(`${current.length} topics stand in libs/contracts/released.\n`);
}
