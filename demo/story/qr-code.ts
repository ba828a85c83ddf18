import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { Unexpected } from '../graph/client.ts';

const FILE_NAME = 'demo-ticket.png';

/** Writes the image beside the files of the house in this folder, if there is one, else to the temporary folder. */
export function writeTicketImage(png: Buffer): string {
  for (const folder of ['.tessera', tmpdir()]) {
    const file = resolve(folder, FILE_NAME);
    try {
      writeFileSync(file, png);
      return file;
    } catch {
      // Not there, or not writable: the next folder may be.
    }
  }
  throw new Unexpected(
    `Neither .tessera nor ${tmpdir()} can be written to: the ticket's image has nowhere to go.`,
  );
}

/**
 * The text of the one QR code in a PNG file, as ZXing reads it: a decoder that shares no code with the encoder that drew
 * the image.
 */
export async function readTicketImage(file: string): Promise<string> {
  // By default the module would be fetched from a public CDN.
  const module = fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'));
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(module)).buffer } });
  const image = PNG.sync.read(readFileSync(file));
  const pixels = { data: new Uint8ClampedArray(image.data), width: image.width, height: image.height };
  const codes = await readBarcodes(pixels, { formats: ['QRCode'] });
  const [code] = codes;
  if (!code || codes.length > 1) throw new Unexpected(`${file} holds ${codes.length} QR codes, not one.`);
  return code.text;
}

/**
 * A forgery that looks right: the text of a real ticket with some bytes changed, which is still Base45 of the same length.
 *
 * Three characters c, d, e stand for c + 45·d + 2025·e ≤ 65,535 (RFC 9285). Setting the least significant to `0`, or to
 * `1` where it is `0`, never exceeds that.
 */
export function forge(payload: string): string {
  const characters = [...payload];
  for (const share of [0.4, 0.5, 0.6]) {
    const position = Math.floor((payload.length * share) / 3) * 3;
    characters[position] = characters[position] === '0' ? '1' : '0';
  }
  return characters.join('');
}
