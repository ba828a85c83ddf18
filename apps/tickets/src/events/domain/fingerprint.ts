import { createHash } from 'node:crypto';

/** 22 characters (132 bits of SHA-256) that differ when the value's JSON does. */
export function fingerprintOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
}
