import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import QRCode from 'qrcode';
import { forge, readTicketImage } from './qr-code.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** RFC 9285, for 2 bytes a group of 3 characters and 1 byte for a last group of 2. */
function base45(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = i + 1 < bytes.length;
    const value = pair ? bytes[i]! * 256 + bytes[i + 1]! : bytes[i]!;
    text +=
      ALPHABET[value % 45]! +
      ALPHABET[Math.floor(value / 45) % 45]! +
      (pair ? ALPHABET[Math.floor(value / 2_025)]! : '');
  }
  return text;
}

function isBase45(text: string): boolean {
  const groups = text.match(/.{1,3}/gs) ?? [];
  return groups.every((group) => {
    const value = [...group].reduce((sum, character, i) => sum + ALPHABET.indexOf(character) * 45 ** i, 0);
    return group.length > 1 && value <= (group.length === 3 ? 0xffff : 0xff);
  });
}

describe('forge', () => {
  it('makes another Base45 text of the same length from any credential', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 89, maxLength: 89 }), (bytes) => {
        const genuine = base45(bytes);
        const forged = forge(genuine);
        expect(forged).not.toBe(genuine);
        expect(forged).toHaveLength(genuine.length);
        expect(isBase45(forged)).toBe(true);
      }),
    );
  });
});

describe('readTicketImage', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-demo-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads the text back from a PNG file', async () => {
    const file = join(folder, 'ticket.png');
    const text = base45(Uint8Array.from({ length: 89 }, (_, i) => i * 7));
    writeFileSync(file, await QRCode.toBuffer([{ data: text, mode: 'alphanumeric' }]));
    await expect(readTicketImage(file)).resolves.toBe(text);
  });

  it('says so when there is no code in the image', async () => {
    const file = join(folder, 'empty.png');
    writeFileSync(
      file,
      Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
        'base64',
      ),
    );
    await expect(readTicketImage(file)).rejects.toThrow('0 QR codes');
  });
});
