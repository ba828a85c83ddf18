import { join } from 'node:path';
import { topics } from '../src/index.ts';
import { type Change, changesOf } from './changes.ts';
import { readReleased } from './files.ts';
import { snapshotOf } from './snapshot.ts';

const changes = changesOf(readReleased(join(import.meta.dirname, '../released')), topics.map(snapshotOf));

function told(effect: Change['effect'], remedy: string): string[] {
  return changes
    .filter((change) => change.effect === effect)
    .map(({ path, what }) => `${path}: ${what}. ${remedy}`);
}

it('breaks no released contract', () => {
  expect(told('breaking', 'See "Changing a contract" in docs/architecture.md')).toEqual([]);
});

it('has released every contract', () => {
  expect(told('unreleased', 'Run `npm run contracts:release` and check in what it writes')).toEqual([]);
});
