import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
  SignJWT,
} from 'jose';
import { type Collection, Db } from 'mongodb';
import { CLOCK, type Clock } from '#kernel';
import { isDuplicateKey } from '#persistence';
import {
  ACCESS_TOKEN_ALGORITHM,
  ACCESS_TOKEN_AUDIENCE,
  ACCESS_TOKEN_ISSUER,
  type AccessTokenKeys,
  seal,
  type Sealed,
  unseal,
} from '#security';
import type { AuthConfig } from '../config.ts';

export const AUTH_CONFIG = Symbol('AuthConfig');

/** A new pair is made when the newest is older; the old ones stay in the set while tokens of theirs live. */
const KEY_LIFETIME_MS = 90 * 24 * 3_600_000;
/** Pairs in the published set. */
const PUBLISHED_KEYS = 2;

interface TokenKeyDocument {
  /** 1, 2, 3, …: the primary key lets one instance make the next pair. */
  _id: number;
  publicJwk: JWK;
  privateJwk: Sealed;
  createdAt: Date;
}

/** The ES256 pairs that sign access tokens. Private halves are encrypted at rest and never leave this class. */
@Injectable()
export class TokenKeys implements OnModuleInit {
  private readonly keys: Collection<TokenKeyDocument>;
  private signing: { kid: string; key: CryptoKey | Uint8Array } | undefined;
  private published: JWK[] = [];

  constructor(
    db: Db,
    @Inject(AUTH_CONFIG) private readonly config: AuthConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.keys = db.collection('token_keys');
  }

  async onModuleInit(): Promise<void> {
    const newest = await this.newest();
    const isFresh = newest && this.clock.now().getTime() - newest.createdAt.getTime() < KEY_LIFETIME_MS;
    if (!isFresh) await this.create((newest?._id ?? 0) + 1);
    await this.load();
  }

  /** The public halves, newest first (RFC 7517). */
  keySet(): { keys: JWK[] } {
    return { keys: this.published };
  }

  /** The published set, for verifying in this process. */
  readonly verificationKey: AccessTokenKeys = (header) => createLocalJWKSet(this.keySet())(header);

  /** A signed token whose times are the given ones. */
  sign(claims: Record<string, unknown>, subject: string, issuedAt: Date, expiresAt: Date): Promise<string> {
    if (!this.signing) throw new Error('the token keys are not loaded yet');
    return new SignJWT(claims)
      .setProtectedHeader({ alg: ACCESS_TOKEN_ALGORITHM, kid: this.signing.kid, typ: 'JWT' })
      .setSubject(subject)
      .setIssuer(ACCESS_TOKEN_ISSUER)
      .setAudience(ACCESS_TOKEN_AUDIENCE)
      .setIssuedAt(Math.floor(issuedAt.getTime() / 1_000))
      .setExpirationTime(Math.floor(expiresAt.getTime() / 1_000))
      .sign(this.signing.key);
  }

  private async newest(): Promise<TokenKeyDocument | undefined> {
    const [newest] = await this.keys.find().sort({ _id: -1 }).limit(1).toArray();
    return newest;
  }

  private async create(id: number): Promise<void> {
    const pair = await generateKeyPair(ACCESS_TOKEN_ALGORITHM, { extractable: true });
    const kid = `es256-${id}`;
    const publicJwk = { ...(await exportJWK(pair.publicKey)), kid, alg: ACCESS_TOKEN_ALGORITHM, use: 'sig' };
    const secret = Buffer.from(JSON.stringify(await exportJWK(pair.privateKey)));
    const privateJwk = seal(this.config.AUTH_KEY_ENCRYPTION_KEY, secret);
    try {
      await this.keys.insertOne({ _id: id, publicJwk, privateJwk, createdAt: this.clock.now() });
    } catch (error) {
      // Another instance was faster: its pair is as good.
      if (!isDuplicateKey(error)) throw error;
    }
  }

  private async load(): Promise<void> {
    const newestFirst = await this.keys.find().sort({ _id: -1 }).limit(PUBLISHED_KEYS).toArray();
    const [current] = newestFirst;
    if (!current?.publicJwk.kid) throw new Error('there is no token key');
    const secret = unseal(this.config.AUTH_KEY_ENCRYPTION_KEY, current.privateJwk).toString('utf8');
    const key = await importJWK(JSON.parse(secret) as JWK, ACCESS_TOKEN_ALGORITHM);
    this.signing = { kid: current.publicJwk.kid, key };
    this.published = newestFirst.map(({ publicJwk }) => publicJwk);
  }
}
