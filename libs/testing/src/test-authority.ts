import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import type { MemberRole, Role } from '#contracts';
import { randomIds } from '#kernel';
import {
  ACCESS_TOKEN_ALGORITHM,
  ACCESS_TOKEN_AUDIENCE,
  ACCESS_TOKEN_ISSUER,
  claimsOfDevice,
  type ScannerDevice,
} from '#security';
import { LocalServer } from './local-server.ts';

export interface TestUser {
  readonly userId: string;
  readonly name?: string;
  readonly email?: string;
  readonly roles?: readonly Role[];
  readonly memberships?: Readonly<Record<string, MemberRole>>;
}

/** Stands in for auth where another service is under test: signs tokens, and serves the key set over real HTTP. */
export class TestAuthority {
  private constructor(
    private readonly server: LocalServer,
    private readonly privateKey: CryptoKey,
  ) {}

  static async start(): Promise<TestAuthority> {
    const { publicKey, privateKey } = await generateKeyPair(ACCESS_TOKEN_ALGORITHM);
    const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: ACCESS_TOKEN_ALGORITHM, use: 'sig' };
    const server = await LocalServer.start((_, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
    });
    return new TestAuthority(server, privateKey);
  }

  /** The AUTH_URL of the service under test. */
  get url(): string {
    return this.server.url;
  }

  get jwksUri(): string {
    return `${this.url}/.well-known/jwks.json`;
  }

  token(user: TestUser, goodFor = '10m'): Promise<string> {
    const claims = {
      sid: randomIds.uuid(),
      name: user.name ?? 'Test User',
      email: user.email ?? `${user.userId}@example.org`,
      roles: user.roles ?? ['ATTENDEE'],
      orgs: user.memberships ?? {},
    };
    return this.sign(user.userId, claims, goodFor);
  }

  deviceToken(device: ScannerDevice): Promise<string> {
    return this.sign(device.deviceId, claimsOfDevice(device));
  }

  private sign(subject: string, claims: Record<string, unknown>, goodFor = '10m'): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ACCESS_TOKEN_ALGORITHM, kid: 'test' })
      .setSubject(subject)
      .setIssuer(ACCESS_TOKEN_ISSUER)
      .setAudience(ACCESS_TOKEN_AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(goodFor)
      .sign(this.privateKey);
  }

  async close(): Promise<void> {
    await this.server.stop();
  }
}
