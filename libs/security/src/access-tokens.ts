import { KeyObject } from 'node:crypto';
import {
  createRemoteJWKSet,
  type CryptoKey,
  decodeProtectedHeader,
  errors,
  type JWSHeaderParameters,
} from 'jose';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import { MEMBER_ROLES, ROLES } from '#contracts';
import type { Principal, ScanningScope } from './principal.ts';

export const ACCESS_TOKEN_ISSUER = 'tessera';
export const ACCESS_TOKEN_AUDIENCE = 'tessera';
export const ACCESS_TOKEN_ALGORITHM = 'ES256';
/** Verified tokens remembered per process; a verification costs about 0.1 ms. */
const REMEMBERED = 10_000;

/** The claims of a user's access token besides the registered ones. `sub` is the user, `sid` the session. */
const userClaims = z.object({
  sub: z.string(),
  sid: z.string(),
  exp: z.number(),
  name: z.string(),
  email: z.string(),
  roles: z.array(z.enum(ROLES)),
  orgs: z.record(z.string(), z.enum(MEMBER_ROLES)),
});

/** The claims of a scanner device's access token. `sub` is the device. It has none of a user's claims. */
const deviceClaims = z.object({
  sub: z.string(),
  exp: z.number(),
  device: z.object({ org: z.string(), event: z.string().optional(), venue: z.string().optional() }),
});

/** What auth signs for a scanner device. */
export function claimsOfDevice({ organizationId, eventId, venueId }: ScanningScope): {
  device: z.input<typeof deviceClaims>['device'];
} {
  return { device: { org: organizationId, event: eventId, venue: venueId } };
}

/** The token is not one of ours, is damaged, or its time is over. */
export class InvalidAccessToken extends Error {
  override readonly name = 'InvalidAccessToken';
}

/** Finds the public key that a token names. @throws an error of `jose` when there is none, or it cannot be had */
export type AccessTokenKeys = (header: JWSHeaderParameters) => Promise<CryptoKey>;

/** Verifies access tokens against auth's key set, in each service for itself. */
export class AccessTokens {
  private readonly remembered = new Map<string, { principal: Principal; expiresAtMs: number }>();
  private readonly keys: AccessTokenKeys;
  /** A key set gives the same key again, as the Web's crypto has it. */
  private readonly keyObjects = new WeakMap<CryptoKey, KeyObject>();

  /** `jwksUri` is read on first use and again, at most every 30 s, when a token names an unknown key. */
  constructor(jwksUri: string | AccessTokenKeys) {
    this.keys =
      typeof jwksUri === 'string'
        ? createRemoteJWKSet(new URL(jwksUri), {
            cacheMaxAge: Number.POSITIVE_INFINITY,
            timeoutDuration: 3_000,
          })
        : jwksUri;
  }

  /** @throws InvalidAccessToken when the token is at fault; any other error when the key set cannot be had. */
  async verify(token: string): Promise<Principal> {
    const known = this.remembered.get(token);
    if (known && known.expiresAtMs > Date.now()) return known.principal;
    const payload = await this.verified(token);
    const { principal, exp } = isOfDevice(payload) ? deviceIn(payload) : userIn(payload);
    this.remember(token, principal, exp * 1_000);
    return principal;
  }

  /** By `jsonwebtoken`, on this thread: `jose` has each signature verified by another, which costs twice as much. */
  private async verified(token: string): Promise<unknown> {
    try {
      const key = await this.keyOf(token);
      return jwt.verify(token, key, {
        issuer: ACCESS_TOKEN_ISSUER,
        audience: ACCESS_TOKEN_AUDIENCE,
        algorithms: [ACCESS_TOKEN_ALGORITHM],
      });
    } catch (error) {
      if (error instanceof jwt.TokenExpiredError)
        throw new InvalidAccessToken('the access token has expired');
      if (error instanceof errors.JWKSTimeout) throw error;
      if (error instanceof jwt.JsonWebTokenError || error instanceof errors.JOSEError)
        throw new InvalidAccessToken('the access token is not valid');
      throw error;
    }
  }

  private async keyOf(token: string): Promise<KeyObject> {
    const key = await this.keys(decodedHeader(token));
    const known = this.keyObjects.get(key);
    if (known) return known;
    const keyObject = KeyObject.from(key);
    this.keyObjects.set(key, keyObject);
    return keyObject;
  }

  private remember(token: string, principal: Principal, expiresAtMs: number): void {
    if (this.remembered.size >= REMEMBERED) {
      const oldest = this.remembered.keys().next();
      if (!oldest.done) this.remembered.delete(oldest.value);
    }
    this.remembered.set(token, { principal, expiresAtMs });
  }
}

function decodedHeader(token: string): JWSHeaderParameters {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw new InvalidAccessToken('the access token is not valid');
  }
}

interface Verified {
  readonly principal: Principal;
  /** Seconds since 1970. */
  readonly exp: number;
}

function isOfDevice(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'device' in payload;
}

function userIn(payload: unknown): Verified {
  const { sub, sid, exp, name, email, roles, orgs } = parsed(userClaims, payload);
  return {
    principal: { viewer: { userId: sub, sessionId: sid, name, email, roles, memberships: orgs } },
    exp,
  };
}

function deviceIn(payload: unknown): Verified {
  const { sub, exp, device } = parsed(deviceClaims, payload);
  const { org: organizationId, event: eventId, venue: venueId } = device;
  return { principal: { device: { deviceId: sub, organizationId, eventId, venueId } }, exp };
}

function parsed<S extends z.ZodType>(claims: S, payload: unknown): z.output<S> {
  const result = claims.safeParse(payload);
  if (!result.success) throw new InvalidAccessToken('the token lacks claims of this platform');
  return result.data;
}

/** The token of an `Authorization: Bearer …` header. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header ?? '')?.[1];
}
