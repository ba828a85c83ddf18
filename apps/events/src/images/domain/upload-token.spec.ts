import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { unwrap } from '#kernel';
import { issueUploadToken, readUploadToken, type UploadOrder } from './upload-token.ts';

const key = createHash('sha256').update('a key').digest();
const now = new Date('2026-11-21T12:00:00Z');
const order: UploadOrder = {
  imageId: '01939b0e-7e1f-7000-8000-000000000001',
  eventId: 'EVENT',
  contentType: 'image/webp',
  bytes: 1_234,
  alt: '猫'.repeat(300),
  expiresAt: new Date(now.getTime() + 600_000),
};

it('carries the order to whoever has the key, until its time is over', () => {
  const token = issueUploadToken(key, order);
  expect(unwrap(readUploadToken(key, token, now))).toEqual(order);
  expect(readUploadToken(key, token, order.expiresAt).ok).toBe(false);
  expect(readUploadToken(createHash('sha256').update('another').digest(), token, now).ok).toBe(false);
});

it('is refused when any character of it is another', () => {
  const token = issueUploadToken(key, { ...order, alt: 'A cat' });
  const alphabet = 'ABCabc019-_.'.split('');
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(...alphabet), (at, character) => {
      fc.pre(token[at] !== character);
      const altered = token.slice(0, at) + character + token.slice(at + 1);
      expect(readUploadToken(key, altered, now).ok).toBe(false);
    }),
  );
});
