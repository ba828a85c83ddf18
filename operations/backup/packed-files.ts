import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Refused } from '../house/tool.ts';
import type { PackedFile } from './manifest.ts';

/** The data are people's: nobody else on this machine may read them. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
/** Half the size of no compression at a tenth of the time of the default level: writes stand still meanwhile. */
const COMPRESSION_LEVEL = 1;

/** With those above it, for the owner alone. */
export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
}

/** A compressed file that knows its checksum when it is closed. */
export class PackedFileWriter {
  private readonly gzip = createGzip({ level: COMPRESSION_LEVEL });
  private readonly hash = createHash('sha256');
  private readonly done: Promise<void>;
  private bytes = 0;

  constructor(
    folder: string,
    private readonly path: string,
  ) {
    const place = join(folder, path);
    makeFolder(dirname(place));
    const file = createWriteStream(place, { mode: FILE_MODE, flush: true });
    this.gzip.on('data', (chunk: Buffer) => {
      this.hash.update(chunk);
      this.bytes += chunk.length;
    });
    this.gzip.pipe(file);
    this.gzip.on('error', (error) => file.destroy(error));
    file.on('error', (error) => this.gzip.destroy(error));
    this.done = finished(file);
    // Whoever writes or closes hears of it; until then it is no unhandled rejection.
    this.done.catch(() => undefined);
  }

  /** Resolves when there is room for more. */
  async write(chunk: Buffer | string): Promise<void> {
    if (!this.gzip.write(chunk)) await Promise.race([once(this.gzip, 'drain'), this.done]);
  }

  async close(): Promise<PackedFile> {
    this.gzip.end();
    await this.done;
    return { path: this.path, bytes: this.bytes, sha256: this.hash.digest('hex') };
  }

  abandon(): void {
    this.gzip.destroy();
  }
}

/** The content, unpacked. The stream fails when the file is missing or cut off. */
export function readPacked(folder: string, { path }: PackedFile): AsyncIterable<Buffer> {
  const file = createReadStream(join(folder, path));
  const gunzip = createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

/** @throws Refused naming the files that are missing or not as they were written */
export async function checkFiles(folder: string, files: readonly PackedFile[]): Promise<void> {
  const damaged: string[] = [];
  for (const file of files) if (!(await isIntact(folder, file))) damaged.push(file.path);
  if (damaged.length > 0)
    throw new Refused(
      `The backup is damaged; nothing was restored. Not as they were written: ${damaged.join(', ')}.`,
    );
}

async function isIntact(folder: string, { path, sha256 }: PackedFile): Promise<boolean> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(join(folder, path))) hash.update(chunk as Buffer);
  } catch {
    return false;
  }
  return hash.digest('hex') === sha256;
}
