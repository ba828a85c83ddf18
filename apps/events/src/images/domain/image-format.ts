import type { ImageType } from './event-image.ts';

/** Bytes of a file that are read to learn what it is. Metadata may stand before a JPEG's dimensions, rarely that much. */
export const HEADER_BYTES = 512 * 1024;

/** Pixels. */
export interface Dimensions {
  readonly width: number;
  readonly height: number;
}

interface Format {
  readonly matches: (bytes: Buffer) => boolean;
  readonly dimensions: (bytes: Buffer) => Dimensions | undefined;
}

/** What a file is, by its first bytes: what it calls itself counts for nothing. */
const FORMATS: Readonly<Record<ImageType, Format>> = {
  'image/png': {
    matches: (bytes) => bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex')),
    dimensions: pngDimensions,
  },
  'image/jpeg': {
    matches: (bytes) => bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex')),
    dimensions: jpegDimensions,
  },
  'image/webp': {
    matches: (bytes) => textAt(bytes, 0, 4) === 'RIFF' && textAt(bytes, 8, 12) === 'WEBP',
    dimensions: webpDimensions,
  },
  'image/avif': { matches: isAvif, dimensions: avifDimensions },
};

/** The type of the image that begins with these bytes; undefined when it is none that events may show. */
export function imageTypeOf(header: Buffer): ImageType | undefined {
  const types = Object.keys(FORMATS) as ImageType[];
  return types.find((type) => FORMATS[type].matches(header));
}

/** Width and height as the header states them, before any rotation; undefined when they cannot be found in it. */
export function dimensionsOf(type: ImageType, header: Buffer): Dimensions | undefined {
  try {
    return FORMATS[type].dimensions(header);
  } catch (error) {
    // The header is cut off or lies about its lengths.
    if (isReadPastEnd(error)) return undefined;
    throw error;
  }
}

function isReadPastEnd(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ERR_OUT_OF_RANGE' || code === 'ERR_BUFFER_OUT_OF_BOUNDS';
}

/** PNG (W3C), 11.2.1: IHDR is the first chunk. */
function pngDimensions(bytes: Buffer): Dimensions | undefined {
  if (textAt(bytes, 12, 16) !== 'IHDR') return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** ITU-T T.81, B.1.1.3: a frame header is marked C0 to CF, but for DHT (C4), JPG (C8) and DAC (CC). */
function jpegDimensions(bytes: Buffer): Dimensions | undefined {
  for (let at = 2; at < bytes.length;) {
    if (bytes.readUInt8(at) !== 0xff) return undefined;
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

/** RFC 9649: lossy (VP8), lossless (VP8L) or extended (VP8X), each with dimensions of its own form. */
function webpDimensions(bytes: Buffer): Dimensions | undefined {
  switch (textAt(bytes, 12, 16)) {
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}

/** ISO/IEC 14496-12, 4.3: the major brand and those it is compatible with. */
function isAvif(bytes: Buffer): boolean {
  if (textAt(bytes, 4, 8) !== 'ftyp' || bytes.length < 16) return false;
  const brands = textAt(bytes, 8, Math.min(bytes.readUInt32BE(0), bytes.length));
  return /^(.{4})*?avi[fs]/s.test(brands);
}

/** AVIF 1.1 keeps dimensions in `ispe` properties of meta/iprp/ipco; the largest are those of the whole picture. */
function avifDimensions(bytes: Buffer): Dimensions | undefined {
  const whole = { start: 0, end: bytes.length };
  const meta = boxesIn(bytes, whole).find(({ type }) => type === 'meta');
  // A full box: 4 bytes of version and flags come first.
  const iprp = meta && childOf(bytes, { ...meta, start: meta.start + 4 }, 'iprp');
  const ipco = iprp && childOf(bytes, iprp, 'ipco');
  if (!ipco || ipco.end > bytes.length) return undefined;
  return boxesIn(bytes, ipco)
    .filter(({ type }) => type === 'ispe')
    .map(({ start }) => ({ width: bytes.readUInt32BE(start + 4), height: bytes.readUInt32BE(start + 8) }))
    .toSorted((one, other) => other.width * other.height - one.width * one.height)[0];
}

/** Where a box's content stands. */
interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

const BOX_HEADER_BYTES = 8;
/** Boxes on one level that are looked at. */
const MAX_BOXES = 200;

function childOf(bytes: Buffer, parent: Omit<Box, 'type'>, wanted: string): Box | undefined {
  return boxesIn(bytes, parent).find(({ type }) => type === wanted);
}

function boxesIn(bytes: Buffer, { start, end }: Omit<Box, 'type'>): Box[] {
  const boxes: Box[] = [];
  const last = Math.min(end, bytes.length) - BOX_HEADER_BYTES;
  for (let at = start; at <= last && boxes.length < MAX_BOXES;) {
    const size = bytes.readUInt32BE(at);
    // 0 and 1 stand for "to the end" and "64 bits": only the pixels are as large as that, and they come last.
    if (size < BOX_HEADER_BYTES) break;
    boxes.push({ type: textAt(bytes, at + 4, at + 8), start: at + BOX_HEADER_BYTES, end: at + size });
    at += size;
  }
  return boxes;
}

function textAt(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('latin1', start, end);
}
