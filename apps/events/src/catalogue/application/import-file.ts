import { basename } from 'node:path';
import { fail, InvalidInput, type Result } from '#kernel';
import { fileSize, readLines } from '../infrastructure/ndjson.ts';
import type { ImportProgress } from './import-progress.ts';
import { newTally, requireComplete, type Tally } from './tally.ts';

/** Documents of one write. */
const BATCH = 500;

export interface FileImport<T extends { readonly id: string }> {
  readonly path: string;
  /** Checks one line and makes of it what is to be stored. */
  readonly read: (json: unknown) => Result<T>;
  /** Writes those that are not there yet, and says which. */
  readonly store: (items: readonly T[]) => Promise<ReadonlySet<string>>;
  /** For later files that refer to this one. */
  readonly keep?: (item: T) => void;
}

/** Takes a file line by line: checks each, reports and leaves out the bad ones, and writes the good ones in bulk. */
export async function importFile<T extends { readonly id: string }>(
  { path, read, store, keep }: FileImport<T>,
  progress: ImportProgress,
): Promise<Tally> {
  const tally = newTally(basename(path));
  const seen = new Set<string>();
  let batch: T[] = [];
  const write = async (): Promise<void> => {
    const { size } = await store(batch);
    tally.imported += size;
    tally.alreadyThere += batch.length - size;
    batch = [];
  };

  const startedAt = performance.now();
  progress.begin(tally.file, await fileSize(path));
  for await (const { text, number, bytesSoFar } of readLines(path)) {
    tally.lines++;
    const item = readLine(text, read);
    if (!item.ok) {
      tally.rejected++;
      progress.rejected(tally.file, number, item.failure.message);
    } else if (seen.has(item.value.id)) {
      tally.repeated++;
    } else {
      seen.add(item.value.id);
      keep?.(item.value);
      batch.push(item.value);
    }
    if (batch.length >= BATCH) await write();
    progress.advance(bytesSoFar, `${tally.lines} lines`);
  }
  await write();
  tally.elapsedMs = performance.now() - startedAt;
  progress.end();
  return requireComplete(tally);
}

function readLine<T>(text: string | undefined, read: (json: unknown) => Result<T>): Result<T> {
  if (text === undefined) return fail(new InvalidInput('line', 'the line is too long'));
  // What the decoder puts in the place of bytes that are no UTF-8.
  if (text.includes('\uFFFD')) return fail(new InvalidInput('line', 'the line is not UTF-8'));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail(new InvalidInput('line', 'the line is not JSON'));
  }
  return read(json);
}
