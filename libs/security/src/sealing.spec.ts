import { randomBytes } from 'node:crypto';
import { seal, unseal } from './sealing.ts';

describe('a sealed secret', () => {
  const key = randomBytes(32);
  const secret = Buffer.from('the private half');

  it('comes back with its key', () => {
    expect(unseal(key, seal(key, secret))).toEqual(secret);
  });

  it('is never sealed the same way twice', () => {
    expect(seal(key, secret).sealed).not.toBe(seal(key, secret).sealed);
  });

  it('does not open with another key, nor when it was altered', () => {
    const sealed = seal(key, secret);
    expect(() => unseal(randomBytes(32), sealed)).toThrow();
    const bytes = Buffer.from(sealed.sealed, 'base64');
    bytes[0]! ^= 1;
    expect(() => unseal(key, { ...sealed, sealed: bytes.toString('base64') })).toThrow();
  });
});
