import type { Readable } from 'node:stream';

/** Bytes that have arrived and are not yet kept: they become the image's by `keep`, or are forgotten. */
export interface ReceivedBytes {
  /** How the file begins. */
  readonly header: Buffer;
  readonly length: number;
  /** From here on the image is there, whole, whatever crashes. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

export interface StoredImage {
  readonly bytes: number;
  readonly stream: Readable;
}

/** More bytes came than were allowed. What had come is forgotten. */
export class TooManyBytes extends Error {
  override readonly name = 'TooManyBytes';
}

/** Where the bytes of images are: a folder, or another store behind the same port. Ids are made here, never by clients. */
export interface ImageStore {
  /** @throws TooManyBytes; or the stream's error, when it breaks off */
  receive(imageId: string, bytes: Readable, maxBytes: number): Promise<ReceivedBytes>;
  /** The stream must be read to its end or destroyed. */
  open(imageId: string): Promise<StoredImage | undefined>;
  remove(imageId: string): Promise<void>;
  /** Ids of the images that were stored before an instant. */
  storedBefore(instant: Date): AsyncIterable<string>;
  /** Forgets what began to arrive before an instant and was never kept. */
  removeUnkept(before: Date): Promise<void>;
}

/** Nest injection token of the ImageStore. */
export const IMAGE_STORE = Symbol('ImageStore');
