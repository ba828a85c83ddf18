import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits need no slow hash: nobody guesses them. */
export function newDeviceSecret(): { secret: string; hash: string } {
  const secret = randomBytes(32).toString('base64url');
  return { secret, hash: hashOf(secret) };
}

export function isDeviceSecret(secret: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(hash));
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
