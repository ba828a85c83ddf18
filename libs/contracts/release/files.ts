import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import type { ReleasedTopic } from './changes.ts';

const releasedTopic = z.strictObject({
  topic: z.string(),
  kind: z.string(),
  partitions: z.int(),
  facts: z.array(
    z.strictObject({ type: z.string(), version: z.int(), payload: z.record(z.string(), z.unknown()) }),
  ),
});

/**
 * All that was released.
 * @throws when the folder is missing, or a file in it is not a released topic of that name
 */
export function readReleased(folder: string): ReleasedTopic[] {
  return readdirSync(folder)
    .toSorted()
    .map((file) => {
      const released = releasedTopic.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      if (file !== fileOf(released)) throw new Error(`${file} is the release of ${released.topic}`);
      return released;
    });
}

/** Writes a file for each topic, as the formatter of this repository would. */
export async function writeReleased(folder: string, topics: readonly ReleasedTopic[]): Promise<void> {
  for (const topic of topics) {
    const path = join(folder, fileOf(topic));
    const style = await resolveConfig(path);
    writeFileSync(path, await format(JSON.stringify(topic, undefined, 2), { ...style, parser: 'json' }));
  }
}

function fileOf({ topic }: ReleasedTopic): string {
  return `${topic}.json`;
}
