import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { MEMBER_ROLES, ROLES } from '#contracts';
import type { Principal, ScanningScope } from './principal.ts';

export const ACCESS_TOKEN_ISSUER = 'tessera';
export const ACCESS_TOKEN_AUDIENCE = 'tessera';
export const ACCESS_TOKEN_ALGORITHM = 'ES256';
/** Verified tokens remembered per process; a verification costs about 0.25 ms. */
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

/** Verifies access tokens against auth's key set, in each service for itself. */
export class AccessTokens {
  private readonly remembered = new Map<string, { principal: Principal; expiresAtMs: number }>();
  private readonly keys: JWTVerifyGetKey;

  /** `jwksUri` is read on first use and again, at most every 30 s, when a token names an unknown key. */
  constructor(jwksUri: string | JWTVerifyGetKey) {
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
    const { principal, exp } = 'device' in payload ? deviceIn(payload) : userIn(payload);
    this.remember(token, principal, exp * 1_000);
    return principal;
  }

  private async verified(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer: ACCESS_TOKEN_ISSUER,
        audience: ACCESS_TOKEN_AUDIENCE,
        algorithms: [ACCESS_TOKEN_ALGORITHM],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new InvalidAccessToken('the access token has expired');
      if (error instanceof errors.JWKSTimeout) throw error;
      if (error instanceof errors.JOSEError) throw new InvalidAccessToken('the access token is not valid');
      throw error;
    }
  }

  private remember(token: string, principal: Principal, expiresAtMs: number): void {
    if (this.remembered.size >= REMEMBERED) {
      const oldest = this.remembered.keys().next();
      if (!oldest.done) this.remembered.delete(oldest.value);
    }
    this.remembered.set(token, { principal, expiresAtMs });
  }
}

interface Verified {
  readonly principal: Principal;
  /** Seconds since 1970. */
  readonly exp: number;
}

function userIn(payload: JWTPayload): Verified {
  const { sub, sid, exp, name, email, roles, orgs } = parsed(userClaims, payload);
  return {
    principal: { viewer: { userId: sub, sessionId: sid, name, email, roles, memberships: orgs } },
    exp,
  };
}

function deviceIn(payload: JWTPayload): Verified {
  const { sub, exp, device } = parsed(deviceClaims, payload);
  const { org: organizationId, event: eventId, venue: venueId } = device;
  return { principal: { device: { deviceId: sub, organizationId, eventId, venueId } }, exp };
}

function parsed<S extends z.ZodType>(claims: S, payload: JWTPayload): z.output<S> {
  const result = claims.safeParse(payload);
  if (!result.success) throw new InvalidAccessToken('the token lacks claims of this platform');
  return result.data;
}

/** The token of an `Authorization: Bearer …` header. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header ?? '')?.[1];
}
