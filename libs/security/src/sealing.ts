import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** A secret at rest: AES-256-GCM, each part in Base64. */
export interface Sealed {
  readonly nonce: string;
  readonly sealed: string;
  readonly tag: string;
}

const CIPHER = 'aes-256-gcm';
/** NIST SP 800-38D: 96 random bits, new for each message. */
const NONCE_BYTES = 12;

/** `key` has 32 bytes. */
export function seal(key: Buffer, secret: Uint8Array): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
  const base64 = (bytes: Buffer): string => bytes.toString('base64');
  return { nonce: base64(nonce), sealed: base64(sealed), tag: base64(cipher.getAuthTag()) };
}

/** @throws when the key is another one, or the secret was altered. */
export function unseal(key: Buffer, { nonce, sealed, tag }: Sealed): Buffer {
  const decipher = createDecipheriv(CIPHER, key, Buffer.from(nonce, 'base64'));
  decipher.setAuthTag(Buffer.from(tag, 'base64'));
  return Buffer.concat([decipher.update(Buffer.from(sealed, 'base64')), decipher.final()]);
}
