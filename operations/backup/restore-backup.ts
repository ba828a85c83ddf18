import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { FactProducer } from '#messaging';
import type { House } from '../house/house.ts';
import { Refused } from '../house/tool.ts';
import { loadCollection } from './load-collections.ts';
import { loadTopic, makeTopics } from './load-topics.ts';
import { filesOf, type Manifest, type PackedFile, readManifest } from './manifest.ts';
import { checkFiles, readPacked } from './packed-files.ts';
import { clear, contentsOf, refuseRunningHouse } from './target.ts';

export interface RestoreWish {
  readonly folder: string;
  /** Give up what the house holds now. */
  readonly replace: boolean;
  /** Where this house keeps its own keys; undefined where they are somewhere else. */
  readonly secretsFile: string | undefined;
}

/**
 * Puts a backup into a house whose services are stopped. Nothing is touched before every file was found intact. What
 * breaks off later leaves a house that is half full: run it again with `replace`.
 */
export async function restoreBackup(house: House, wish: RestoreWish): Promise<Manifest> {
  const folder = resolve(wish.folder);
  const manifest = readManifest(folder);
  await checkFiles(folder, filesOf(manifest));
  await refuseRunningHouse(house);
  if (!wish.replace) await refuseFullHouse(house, manifest, wish.secretsFile);
  await clear(house);
  await restoreSecrets(folder, manifest.secrets, wish.secretsFile);
  for (const collection of manifest.collections) await loadCollection(house, folder, collection);
  await makeTopics(house, manifest.topics);
  const producer = new FactProducer(house.kafka, house.names);
  try {
    for (const topic of manifest.topics) await loadTopic(house, producer, folder, topic);
  } finally {
    await producer.onApplicationShutdown();
  }
  return manifest;
}

/** Keys count too: without them the tickets that they signed can no longer be read. */
async function refuseFullHouse(
  house: House,
  { secrets }: Manifest,
  secretsFile: string | undefined,
): Promise<void> {
  const contents = await contentsOf(house);
  const keys = secrets && secretsFile && existsSync(secretsFile) ? `keys in ${secretsFile}` : undefined;
  if (contents === undefined && keys === undefined) return;
  throw new Refused(
    `This house is not empty (${[contents, keys].filter(Boolean).join(', ')}); nothing was restored.\n` +
      'To give up what it holds: npm run restore -- FOLDER --replace',
  );
}

async function restoreSecrets(
  folder: string,
  secrets: PackedFile | undefined,
  secretsFile: string | undefined,
): Promise<void> {
  if (!secrets || !secretsFile) return;
  const chunks: Buffer[] = [];
  for await (const chunk of readPacked(folder, secrets)) chunks.push(chunk);
  mkdirSync(dirname(secretsFile), { recursive: true });
  writeFileSync(secretsFile, Buffer.concat(chunks), { mode: 0o600, flush: true });
}
