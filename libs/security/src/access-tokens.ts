import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { MEMBER_ROLES, ROLES } from '#contracts';
import type { Viewer } from './viewer.ts';

export const ACCESS_TOKEN_ISSUER = 'tessera';
export const ACCESS_TOKEN_AUDIENCE = 'tessera';
export const ACCESS_TOKEN_ALGORITHM = 'ES256';
/** Verified tokens remembered per process; a verification costs about 0.25 ms. */
const REMEMBERED = 10_000;

/** The claims of an access token besides the registered ones. `sub` is the user, `sid` the session. */
const claims = z.object({
  sub: z.string(),
  sid: z.string(),
  exp: z.number(),
  name: z.string(),
  email: z.string(),
  roles: z.array(z.enum(ROLES)),
  orgs: z.record(z.string(), z.enum(MEMBER_ROLES)),
});

/** The token is not one of ours, is damaged, or its time is over. */
export class InvalidAccessToken extends Error {
  override readonly name = 'InvalidAccessToken';
}

/** Verifies access tokens against auth's key set, in each service for itself. */
export class AccessTokens {
  private readonly remembered = new Map<string, { viewer: Viewer; expiresAtMs: number }>();
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
  async verify(token: string): Promise<Viewer> {
    const known = this.remembered.get(token);
    if (known && known.expiresAtMs > Date.now()) return known.viewer;
    const payload = await this.verified(token);
    const parsed = claims.safeParse(payload);
    if (!parsed.success) throw new InvalidAccessToken('the token lacks claims of this platform');
    const { sub, sid, exp, name, email, roles, orgs } = parsed.data;
    const viewer: Viewer = { userId: sub, sessionId: sid, name, email, roles, memberships: orgs };
    this.remember(token, viewer, exp * 1_000);
    return viewer;
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

  private remember(token: string, viewer: Viewer, expiresAtMs: number): void {
    if (this.remembered.size >= REMEMBERED) {
      const oldest = this.remembered.keys().next();
      if (!oldest.done) this.remembered.delete(oldest.value);
    }
    this.remembered.set(token, { viewer, expiresAtMs });
  }
}

/** The token of an `Authorization: Bearer …` header. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header ?? '')?.[1];
}
