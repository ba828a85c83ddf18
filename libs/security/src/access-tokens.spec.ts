import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import {
  ACCESS_TOKEN_ALGORITHM,
  ACCESS_TOKEN_AUDIENCE,
  ACCESS_TOKEN_ISSUER,
  type AccessTokenKeys,
  AccessTokens,
  InvalidAccessToken,
} from './access-tokens.ts';

const KID = 'ours';
const USER = { sid: 's', name: 'Ada', email: 'ada@example.org', roles: [], orgs: {} };

const ours = await generateKeyPair(ACCESS_TOKEN_ALGORITHM, { extractable: true });
const theirs = await generateKeyPair(ACCESS_TOKEN_ALGORITHM);
const publicJwk = { ...(await exportJWK(ours.publicKey)), kid: KID, alg: ACCESS_TOKEN_ALGORITHM };
const keySet = createLocalJWKSet({ keys: [publicJwk] });
const tokens = new AccessTokens((header) => keySet(header));

interface Wishes {
  readonly issuer?: string;
  readonly audience?: string;
  readonly expires?: string | number;
  readonly kid?: string;
}

function claims({ issuer = ACCESS_TOKEN_ISSUER, audience = ACCESS_TOKEN_AUDIENCE, expires = '10m' }: Wishes) {
  return new SignJWT(USER)
    .setSubject('someone')
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime(expires);
}

function signed(wishes: Wishes = {}, key = ours.privateKey): Promise<string> {
  const header = { alg: ACCESS_TOKEN_ALGORITHM, kid: wishes.kid ?? KID };
  return claims(wishes).setProtectedHeader(header).sign(key);
}

function withClaims(token: string, change: object): string {
  const [header, payload = '', signature] = token.split('.');
  const changed = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...change };
  return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}

describe('an access token', () => {
  it('is believed when auth has signed it, again and again', async () => {
    const token = await signed();
    for (let i = 0; i < 3; i++)
      expect(await tokens.verify(token)).toMatchObject({ viewer: { userId: 'someone', name: 'Ada' } });
  });

  it.each<[what: string, token: () => Promise<string> | string]>([
    ['is signed by another key', () => signed({}, theirs.privateKey)],
    ['names a key that is not in the set', () => signed({ kid: 'another' })],
    ['was changed', async () => withClaims(await signed(), { sub: 'somebody else' })],
    ['is of another issuer', () => signed({ issuer: 'another' })],
    ['is for another audience', () => signed({ audience: 'another' })],
    ['has expired', () => signed({ expires: Math.floor(Date.now() / 1_000) - 1 })],
    [
      'is signed by our public key, taken for a password',
      () =>
        claims({})
          .setProtectedHeader({ alg: 'HS256', kid: KID })
          .sign(new TextEncoder().encode(JSON.stringify(publicJwk))),
    ],
    ['is not signed at all', () => new UnsecuredJWT({ ...USER, sub: 'someone' }).encode()],
    ['has no head', () => 'a.b.c'],
    ['is empty', () => ''],
  ])('is refused when it %s', async (_what, token) => {
    await expect(tokens.verify(await token())).rejects.toBeInstanceOf(InvalidAccessToken);
  });

  it('is not judged while the keys cannot be had', async () => {
    const away: AccessTokenKeys = () => Promise.reject(new TypeError('fetch failed'));
    await expect(new AccessTokens(away).verify(await signed())).rejects.toThrow('fetch failed');
  });

  it('is believed after auth has changed its key', async () => {
    const rotated = new AccessTokens(({ kid }) =>
      Promise.resolve(kid === KID ? ours.publicKey : theirs.publicKey),
    );
    expect(await rotated.verify(await signed())).toBeDefined();
    expect(await rotated.verify(await signed({ kid: 'next' }, theirs.privateKey))).toBeDefined();
  });
});
