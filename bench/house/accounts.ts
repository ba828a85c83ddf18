import { importJWK, type CryptoKey, type JWK, SignJWT } from 'jose';
import type { Db, MongoClient } from 'mongodb';
import { z } from 'zod';
import { parseEnvironment, secretKey, settings } from '#config';
import type { Role } from '#contracts';
import { randomIds } from '#kernel';
import { databaseOf, openMongo } from '#persistence';
import {
  ACCESS_TOKEN_ALGORITHM,
  ACCESS_TOKEN_AUDIENCE,
  ACCESS_TOKEN_ISSUER,
  type Sealed,
  unseal,
} from '#security';
import { type House, isLoopback, NoHouse } from './house.ts';

/** Longer than any run. */
const TOKEN_LIFETIME_S = 2 * 3_600;
/** Users written at once. */
const BATCH = 1_000;
/** No password has this hash: nobody ever signs in to an account of the harness. */
const NO_PASSWORD = 'made by the bench';
/** Of a document that no fact tells of. */
const NOTHING_TOLD = 0;

export interface Account {
  readonly userId: string;
  readonly token: string;
}

interface Claims {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  readonly organizations: Readonly<Record<string, 'OWNER'>>;
}

interface UserDocument {
  _id: string;
  /** Which run made it: what `close` goes by. */
  madeByBench: string;
}

interface TokenKeyDocument {
  _id: number;
  publicJwk: JWK;
  privateJwk: Sealed;
}

/**
 * Accounts for a run, made as only an operator can: users written into auth's database, tokens signed with the house's
 * own key, which the house's secret opens. A password hash each would take 50 ms of CPU time. No fact tells of them, and
 * their version says so: no service keeps a copy of users.
 */
export class Accounts {
  private readonly run = randomIds.uuid();
  private made = 0;

  private constructor(
    private readonly house: House,
    private readonly client: MongoClient,
    private readonly auth: Db,
    private readonly signing: { readonly kid: string; readonly key: CryptoKey | Uint8Array },
  ) {}

  /** @throws NoHouse when the house is not wholly on this machine. */
  static async open(house: House): Promise<Accounts> {
    const uri = house.engineUrl('mongodb');
    if (![house.url, uri].every((address) => isLoopback(new URL(address).hostname)))
      throw new NoHouse('Accounts are minted in houses on this machine only.');
    const mongo = parseEnvironment(settings.mongo, {
      MONGODB_URI: uri,
      MONGODB_DATABASE_PREFIX: process.env['MONGODB_DATABASE_PREFIX'],
      MONGODB_SESSIONS: 'false',
    });
    const client = await openMongo(mongo);
    try {
      const auth = databaseOf(client, mongo, 'auth');
      return new Accounts(house, client, auth, await signingKeyOf(auth, house));
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** New users without any past. */
  async mint(count: number): Promise<Account[]> {
    const accounts: Account[] = [];
    while (accounts.length < count) {
      const claims = Array.from({ length: Math.min(BATCH, count - accounts.length) }, () =>
        this.nextPerson(),
      );
      await this.users().insertMany(claims.map((person) => this.documentOf(person)));
      accounts.push(...(await Promise.all(claims.map((person) => this.sign(person)))));
    }
    return accounts;
  }

  /** A token for a user that exists and owns an organization: the run may outlast a token of auth's. */
  async forOwner(userId: string, organizationId: string): Promise<Account> {
    const name = 'Bench organizer';
    const organizations = { [organizationId]: 'OWNER' as const };
    return this.sign({ userId, name, email: `${userId}@bench.invalid`, roles: ['ORGANIZER'], organizations });
  }

  /** Removes the accounts that it made, unless they go with a private house; how many were removed. */
  async close(): Promise<number> {
    try {
      if (this.house.isPrivate) return 0;
      const { deletedCount } = await this.users().deleteMany({ madeByBench: this.run });
      return deletedCount;
    } finally {
      await this.client.close();
    }
  }

  private users() {
    return this.auth.collection<UserDocument>('users');
  }

  private nextPerson(): Claims {
    this.made += 1;
    const email = `buyer-${this.made}-of-${this.run}@bench.invalid`;
    const name = `Buyer ${this.made}`;
    return { userId: randomIds.uuid(), name, email, roles: ['ATTENDEE'], organizations: {} };
  }

  private documentOf({ userId, name, email, roles }: Claims): UserDocument {
    const person = {
      version: NOTHING_TOLD,
      name,
      email,
      roles,
      passwordHash: NO_PASSWORD,
      createdAt: new Date(),
    };
    return { _id: userId, madeByBench: this.run, ...person };
  }

  private async sign({ userId, name, email, roles, organizations }: Claims): Promise<Account> {
    const issuedAtS = Math.floor(Date.now() / 1_000);
    const token = await new SignJWT({ sid: randomIds.uuid(), name, email, roles, orgs: organizations })
      .setProtectedHeader({ alg: ACCESS_TOKEN_ALGORITHM, kid: this.signing.kid, typ: 'JWT' })
      .setSubject(userId)
      .setIssuer(ACCESS_TOKEN_ISSUER)
      .setAudience(ACCESS_TOKEN_AUDIENCE)
      .setIssuedAt(issuedAtS)
      .setExpirationTime(issuedAtS + TOKEN_LIFETIME_S)
      .sign(this.signing.key);
    return { userId, token };
  }
}

async function signingKeyOf(auth: Db, house: House): Promise<{ kid: string; key: CryptoKey | Uint8Array }> {
  const keys = auth.collection<TokenKeyDocument>('token_keys');
  const [newest] = await keys.find().sort({ _id: -1 }).limit(1).toArray();
  const kid = newest?.publicJwk.kid;
  if (!newest || kid === undefined)
    throw new NoHouse('The auth database holds no token key: MONGODB_DATABASE_PREFIX may be another.');
  const secret = parseEnvironment(
    { AUTH_KEY_ENCRYPTION_KEY: secretKey },
    { AUTH_KEY_ENCRYPTION_KEY: house.secret('AUTH_KEY_ENCRYPTION_KEY') },
  ).AUTH_KEY_ENCRYPTION_KEY;
  const jwk = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(unseal(secret, newest.privateJwk).toString('utf8')));
  return { kid, key: await importJWK(jwk, ACCESS_TOKEN_ALGORITHM) };
}
