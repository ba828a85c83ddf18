import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { z } from 'zod';
import { signClaims, signedClaims, type TokenKind } from './signed-text.ts';

/** The header that gives a visitor's token out, and in which it comes back. */
export const VISITOR_HEADER = 'tessera-visitor';

/** Somebody who is not signed in. Whoever has the token is the visitor. */
export interface Visitor {
  readonly visitorId: string;
  /** Stands for the network address that the token was given to, which cannot be read from it. */
  readonly address: string;
  readonly since: Date;
}

const KIND: TokenKind = { prefix: 'tv1', purpose: 'tessera visitor token', maxLength: 500 };
/** A token that is older is worth nothing: its visitor gets another. */
export const VISITOR_TOKEN_MS = 24 * 3_600_000;
/** Characters of an address's stand-in: 72 bits. */
const ADDRESS_LENGTH = 12;

const claims = z.object({
  visitorId: z.string().regex(/^[0-9a-f-]{36}$/),
  address: z.string().length(ADDRESS_LENGTH),
  since: z
    .int()
    .positive()
    .transform((milliseconds) => new Date(milliseconds)),
});

/** `ip` is where the visitor comes from, as the edge sees it. */
export function issueVisitorToken(key: Buffer, { visitorId, ip, now }: NewVisitor): string {
  return signClaims(KIND, key, { visitorId, address: standInFor(key, ip), since: now.getTime() });
}

export interface NewVisitor {
  readonly visitorId: string;
  readonly ip: string;
  readonly now: Date;
}

/** The visitor of a token that was issued with this key within {@link VISITOR_TOKEN_MS}, else undefined. */
export function readVisitorToken(key: Buffer, token: string, now: Date): Visitor | undefined {
  const visitor = claims.safeParse(signedClaims(KIND, key, token)).data;
  return visitor && now.getTime() - visitor.since.getTime() < VISITOR_TOKEN_MS ? visitor : undefined;
}

/** One subscriber has a whole /64 of IPv6 addresses (RFC 6177), so they count as one. */
function standInFor(key: Buffer, ip: string): string {
  const place = isIPv6(ip) ? networkOf(ip) : ip;
  const digest = createHmac('sha256', key).update(`tessera visitor address\n${place}`).digest('base64url');
  return digest.slice(0, ADDRESS_LENGTH);
}

/** The first 64 bits; of an IPv4 address in IPv6's form (`::ffff:192.0.2.1`), that address. */
function networkOf(ip: string): string {
  const ipv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (ipv4) return ipv4;
  const [head = '', tail = ''] = ip.toLowerCase().split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail)];
  const zeros = ip.includes('::') ? Array.from({ length: 8 - before.length - after.length }, () => '0') : [];
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
