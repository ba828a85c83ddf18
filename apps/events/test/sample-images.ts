import { PNG } from 'pngjs';

export function png(width: number, height: number): Buffer {
  return PNG.sync.write(new PNG({ width, height }));
}

/** Only as much of a JPEG as tells its dimensions: `metadata` bytes of APP1 stand before them. */
export function jpeg(width: number, height: number, metadata = 0): Buffer {
  const app1 = Buffer.alloc(4 + metadata, 0x20);
  app1.writeUInt16BE(0xff_e1, 0);
  app1.writeUInt16BE(2 + metadata, 2);
  // A table that is marked like a frame and is none, and a byte that fills.
  const huffman = Buffer.from('ffc400050010ff', 'hex');
  const frame = Buffer.from('ffc2001108000000000301220002110103', 'hex');
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Buffer.concat([Buffer.from('ffd8', 'hex'), app1, huffman, frame]);
}

export function webp(kind: 'VP8 ' | 'VP8L' | 'VP8X', width: number, height: number): Buffer {
  const file = Buffer.alloc(40);
  file.write('RIFF', 0, 'latin1');
  file.write(`WEBP${kind}`, 8, 'latin1');
  if (kind === 'VP8 ') {
    file.writeUInt16LE(width, 26);
    file.writeUInt16LE(height | 0x4000, 28);
  } else if (kind === 'VP8L') {
    file.writeUInt8(0x2f, 20);
    file.writeUInt32LE(((width - 1) | ((height - 1) << 14)) >>> 0, 21);
  } else {
    file.writeUIntLE(width - 1, 24, 3);
    file.writeUIntLE(height - 1, 27, 3);
  }
  return file;
}

/** A picture with a smaller one beside it, such as its transparency or a tile of it. */
export function avif(width: number, height: number): Buffer {
  const ispe = (w: number, h: number) => box('ispe', u32(0), u32(w), u32(h));
  const ipco = box('ipco', box('pixi', u32(0)), ispe(1, 1), ispe(width, height));
  const meta = box('meta', u32(0), box('hdlr', u32(0)), box('iprp', ipco));
  return Buffer.concat([
    box('ftyp', Buffer.from('mif1\0\0\0\0miafavif', 'latin1')),
    meta,
    box('mdat', u32(7)),
  ]);
}

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), ...content]);
  return Buffer.concat([u32(body.length + 4), body]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
