import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { IdSource } from '#kernel';
import {
  type ImageStore,
  type ReceivedBytes,
  type StoredImage,
  TooManyBytes,
} from '../application/image-store.ts';
import { HEADER_BYTES } from '../domain/image-format.ts';

/** Ids are UUIDs: none of them can lead out of the folder. */
const IMAGE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const INCOMING = 'incoming';
const FILE = 'image';

/**
 * Images in a folder of this machine, or one that several machines share: `<id>/image` for each, and `incoming/` for what
 * is on its way. A file is written whole and synced, then renamed into its place: it is there whole or not at all.
 */
export class ImageFolder implements ImageStore {
  constructor(
    private readonly folder: string,
    private readonly ids: IdSource,
  ) {}

  async receive(imageId: string, bytes: Readable, maxBytes: number): Promise<ReceivedBytes> {
    const target = this.folderOf(imageId);
    await mkdir(join(this.folder, INCOMING), { recursive: true });
    const part = join(this.folder, INCOMING, this.ids.uuid());
    const discard = (): Promise<void> => rm(part, { force: true });
    const measure = new Measure(maxBytes);
    try {
      await pipeline(bytes, measure, createWriteStream(part, { flags: 'wx', flush: true }));
    } catch (error) {
      await discard();
      throw error;
    }
    const keep = async (): Promise<void> => {
      await mkdir(target, { recursive: true });
      await rename(part, join(target, FILE));
      await sync(target);
      await sync(this.folder);
    };
    return { header: measure.header, length: measure.length, keep, discard };
  }

  async open(imageId: string): Promise<StoredImage | undefined> {
    const file = await openIfThere(join(this.folderOf(imageId), FILE));
    if (!file) return undefined;
    const { size } = await file.stat();
    return { bytes: size, stream: file.createReadStream() };
  }

  async remove(imageId: string): Promise<void> {
    await rm(this.folderOf(imageId), { recursive: true, force: true });
  }

  async *storedBefore(instant: Date): AsyncIterable<string> {
    for await (const { name, path } of this.entriesOf(this.folder)) {
      if (IMAGE_ID.test(name) && (await changedBefore(path, instant))) yield name;
    }
  }

  async removeUnkept(before: Date): Promise<void> {
    for await (const { path } of this.entriesOf(join(this.folder, INCOMING))) {
      if (await changedBefore(path, before)) await rm(path, { force: true });
    }
  }

  private folderOf(imageId: string): string {
    if (!IMAGE_ID.test(imageId)) throw new Error(`${JSON.stringify(imageId)} is not the id of an image`);
    return join(this.folder, imageId);
  }

  /** Makes a folder that is not there yet. */
  private async *entriesOf(folder: string): AsyncGenerator<{ name: string; path: string }> {
    await mkdir(folder, { recursive: true });
    for await (const { name } of await opendir(folder)) yield { name, path: join(folder, name) };
  }
}

/** Lets bytes pass, counts them, and remembers how they began. */
class Measure extends Transform {
  length = 0;
  private readonly beginning: Buffer[] = [];

  constructor(private readonly maxBytes: number) {
    super();
  }

  get header(): Buffer {
    return Buffer.concat(this.beginning).subarray(0, HEADER_BYTES);
  }

  override _transform(
    chunk: Buffer,
    _: BufferEncoding,
    done: (error: Error | null, chunk?: Buffer) => void,
  ): void {
    if (this.length < HEADER_BYTES) this.beginning.push(chunk);
    this.length += chunk.length;
    if (this.length > this.maxBytes) done(new TooManyBytes(`more than ${this.maxBytes} bytes came`));
    else done(null, chunk);
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function changedBefore(path: string, instant: Date): Promise<boolean> {
  try {
    return (await stat(path)).mtime < instant;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** A rename outlives a crash of the machine only once the folder is synced too. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
