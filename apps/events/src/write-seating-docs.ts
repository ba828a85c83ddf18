/**
 * Writes what the documentation shows of seating plans: their JSON Schema, and drawings of the generated shapes. Run it
 * in the root of the repository after a change of either; a test fails while they are stale.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { seatingDocs } from './seating/seating-docs.ts';

const config = await resolveConfig('docs/schemas/any.json');
for (const [path, text] of Object.entries(seatingDocs())) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, path.endsWith('.json') ? await format(text, { ...config, filepath: path }) : text);
  process.stdout.write(`${path}\n`);
}
