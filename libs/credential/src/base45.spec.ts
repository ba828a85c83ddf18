import fc from 'fast-check';
import { fromBase45, toBase45 } from './base45.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('Base45', () => {
  // RFC 9285, sections 4.3 and 4.4.
  it.each([
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
  ])("writes the RFC's example %s as %s and reads it back", (plain, encoded) => {
    expect(toBase45(bytesOf(plain))).toBe(encoded);
    expect(fromBase45(encoded)).toEqual(bytesOf(plain));
  });

  it('reads back whatever it writes, in one way only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = toBase45(bytes);
        expect(text).toHaveLength(Math.floor(bytes.length / 2) * 3 + (bytes.length % 2) * 2);
        expect(fromBase45(text)).toEqual(bytes);
      }),
    );
  });

  it('writes back whatever text it reads', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('0', '9', 'A', 'Z', ' ', '$', '%', ':'), maxLength: 60 }),
        (text) => {
          const bytes = fromBase45(text);
          if (bytes) expect(toBase45(bytes)).toBe(text);
        },
      ),
    );
  });

  it.each([
    ['a group above 65,535', 'GGW'],
    ['a last pair above 255', ':::'.slice(0, 2)],
    ['a length that no encoder makes', 'BB8A'],
    ['a small letter', 'bb8'],
    ['a character beyond ASCII', 'BÉ8'],
  ])('refuses %s', (_, text) => {
    expect(fromBase45(text)).toBeUndefined();
  });
});
