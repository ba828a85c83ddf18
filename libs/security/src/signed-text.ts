import { createHmac, timingSafeEqual } from 'node:crypto';

/** A kind of token: what it is for is part of what is signed, so a signature never passes for anything else. */
export interface TokenKind {
  /** Names form and algorithm; another form or algorithm gets another prefix. */
  readonly prefix: string;
  readonly purpose: string;
  readonly maxLength: number;
}

/**
 * `<prefix>.<claims as JSON in base64url>.<HMAC-SHA256 over what stands before it, in base64url>`.
 * The token is readable by its bearer and holds no secret; it only proves where the claims come from.
 */
export function signClaims(kind: TokenKind, key: Buffer, claims: object): string {
  const signed = `${kind.prefix}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${signatureOf(kind, key, signed)}`;
}

/** The claims of a token that was signed with this key for this purpose, else undefined. */
export function signedClaims(kind: TokenKind, key: Buffer, token: string): unknown {
  if (token.length > kind.maxLength) return undefined;
  const [prefix, body, signature, ...more] = token.split('.');
  if (prefix !== kind.prefix || !body || !signature || more.length > 0) return undefined;
  // Compared as text, so that there is exactly one spelling of a signature: base64url decoding ignores spare bits.
  const expected = Buffer.from(signatureOf(kind, key, `${prefix}.${body}`));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  // The signature is ours, so the body is JSON of ours.
  return JSON.parse(Buffer.from(body, 'base64url').toString());
}

function signatureOf({ purpose }: TokenKind, key: Buffer, signed: string): string {
  return createHmac('sha256', key).update(`${purpose}\n${signed}`).digest('base64url');
}
