import fc from 'fast-check';
import {
  CREDENTIAL_CHARACTERS,
  CREDENTIAL_FLAGS,
  type CredentialFields,
  decodeCredential,
  encodeCredential,
  fromBase45,
  generateSigningKey,
  importPublicKey,
  type PublicKey,
  type Sign,
  signWith,
  toBase45,
  verifyCredential,
} from './index.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'.split('');

const anyFields: fc.Arbitrary<CredentialFields> = fc.record({
  keyId: fc.integer({ min: 1, max: 65_535 }),
  event: fc.uint8Array({ minLength: 6, maxLength: 6 }),
  ticket: fc.uint8Array({ minLength: 10, maxLength: 10 }),
  credentialVersion: fc.integer({ min: 1, max: 255 }),
  flags: fc.integer({ min: 0, max: 255 }),
  expiresAtS: fc.integer({ min: 0, max: 0xff_ff_ff_ff }),
});

const example: CredentialFields = {
  keyId: 258,
  event: Uint8Array.of(1, 2, 3, 4, 5, 6),
  ticket: Uint8Array.of(11, 12, 13, 14, 15, 16, 17, 18, 19, 20),
  credentialVersion: 3,
  flags: CREDENTIAL_FLAGS.STATIC_FORM_ALLOWED,
  expiresAtS: 0x6a_00_00_01,
};

let sign: Sign;
let publicKey: PublicKey;
let rawPublicKey: Uint8Array;

beforeAll(async () => {
  const pair = await generateSigningKey();
  sign = await signWith(pair.privateKey);
  rawPublicKey = pair.publicKey;
  publicKey = await importPublicKey(pair.publicKey);
});

async function isAccepted(text: string): Promise<boolean> {
  const decoded = decodeCredential(text);
  return decoded !== undefined && verifyCredential(decoded, publicKey);
}

describe('a credential', () => {
  it('says after decoding what was encoded, signed by its key', async () => {
    await fc.assert(
      fc.asyncProperty(anyFields, async (fields) => {
        const text = await encodeCredential(fields, sign);
        expect(text).toHaveLength(CREDENTIAL_CHARACTERS);
        const decoded = decodeCredential(text);
        expect(decoded).toMatchObject(fields);
        expect(await verifyCredential(decoded!, publicKey)).toBe(true);
      }),
    );
  });

  it('keeps to its layout byte for byte', async () => {
    const bytes = fromBase45(await encodeCredential(example, sign))!;
    expect([...bytes.subarray(0, 25)]).toEqual([
      1, 1, 2, 1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 3, 1, 0x6a, 0, 0, 1,
    ]);
    expect(bytes).toHaveLength(89);
  });

  it('is verified with the raw public key as well', async () => {
    const decoded = decodeCredential(await encodeCredential(example, sign))!;
    expect(await verifyCredential(decoded, rawPublicKey)).toBe(true);
  });

  it('is not accepted with any one bit turned', async () => {
    const bytes = fromBase45(await encodeCredential(example, sign))!;
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const turned = bytes.slice();
      turned[bit >>> 3]! ^= 1 << (bit & 7);
      expect({ bit, accepted: await isAccepted(toBase45(turned)) }).toEqual({ bit, accepted: false });
    }
  });

  it('is not accepted with any one character changed', async () => {
    const text = await encodeCredential(example, sign);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.constantFrom(...ALPHABET), async (at, character) => {
        fc.pre(text.charAt(at) !== character);
        expect(await isAccepted(text.slice(0, at) + character + text.slice(at + 1))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('is not accepted by another key', async () => {
    const { publicKey: foreign } = await generateSigningKey();
    const decoded = decodeCredential(await encodeCredential(example, sign))!;
    expect(await verifyCredential(decoded, foreign)).toBe(false);
  });

  it('is never made of text that is none, whatever the text', () => {
    const character = fc.constantFrom(...ALPHABET);
    const long = fc.array(character, { minLength: 134, maxLength: 134 }).map((all) => all.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), long), (text) => {
        const decoded = decodeCredential(text);
        if (decoded) expect(text).toHaveLength(CREDENTIAL_CHARACTERS);
      }),
      { numRuns: 1_000 },
    );
    expect(decodeCredential('')).toBeUndefined();
    expect(decodeCredential('https://example.org/ticket/1')).toBeUndefined();
  });

  it('is not read when its layout is unknown, or its text is longer or shorter', async () => {
    const text = await encodeCredential(example, sign);
    const bytes = fromBase45(text)!;
    bytes[0] = 2;
    expect(decodeCredential(toBase45(bytes))).toBeUndefined();
    expect(decodeCredential(`${text}0`)).toBeUndefined();
    expect(decodeCredential(text.slice(0, -1))).toBeUndefined();
  });

  it.each([
    ['keyId', { keyId: 65_536 }],
    ['keyId', { keyId: 0 }],
    ['event', { event: new Uint8Array(5) }],
    ['ticket', { ticket: new Uint8Array(11) }],
    ['credentialVersion', { credentialVersion: 256 }],
    ['credentialVersion', { credentialVersion: 0 }],
    ['flags', { flags: -1 }],
    ['expiresAtS', { expiresAtS: 1.5 }],
    ['expiresAtS', { expiresAtS: 0x1_00_00_00_00 }],
  ])('is not made when its %s does not fit', async (field, change) => {
    await expect(encodeCredential({ ...example, ...change }, sign)).rejects.toThrow(
      new RegExp(`^${field} must`),
    );
  });

  it('is not made with a signature of another length', async () => {
    await expect(encodeCredential(example, async () => new Uint8Array(63))).rejects.toThrow(RangeError);
  });
});
