/**
 * Base45 (RFC 9285): two bytes in three characters of the QR code's alphanumeric set, so that a code of bytes fits the
 * cheap 5.5-bit mode that every scanner reads alike.
 */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const BASE = 45;
const SQUARE = BASE * BASE;

const VALUES: ReadonlyMap<string, number> = new Map(
  ALPHABET.split('').map((character, value) => [character, value]),
);

export function toBase45(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const high = bytes[i] ?? 0;
    const low = bytes[i + 1];
    text += low === undefined ? digits(high, 2) : digits(high * 256 + low, 3);
  }
  return text;
}

/** The bytes, or undefined when a character, the length or a group's value is not one that an encoder writes. */
export function fromBase45(text: string): Uint8Array<ArrayBuffer> | undefined {
  const rest = text.length % 3;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (rest === 2 ? 1 : 0));
  let length = 0;
  for (let i = 0; i < text.length; i += 3) {
    const group = text.slice(i, i + 3);
    const value = valueOf(group);
    if (value === undefined || value > (group.length === 3 ? 0xff_ff : 0xff)) return undefined;
    if (group.length === 3) bytes[length++] = value >>> 8;
    bytes[length++] = value & 0xff;
  }
  return bytes;
}

/** Least significant digit first, as the RFC has it. */
function digits(value: number, count: 2 | 3): string {
  const two = ALPHABET.charAt(value % BASE) + ALPHABET.charAt(Math.floor(value / BASE) % BASE);
  return count === 2 ? two : two + ALPHABET.charAt(Math.floor(value / SQUARE));
}

function valueOf(group: string): number | undefined {
  let value = 0;
  for (let i = group.length - 1; i >= 0; i--) {
    const digit = VALUES.get(group.charAt(i));
    if (digit === undefined) return undefined;
    value = value * BASE + digit;
  }
  return value;
}
