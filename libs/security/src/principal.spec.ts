import fc from 'fast-check';
import { generateKeyPair, SignJWT } from 'jose';
import {
  ACCESS_TOKEN_ALGORITHM,
  ACCESS_TOKEN_AUDIENCE,
  ACCESS_TOKEN_ISSUER,
  AccessTokens,
  claimsOfDevice,
  InvalidAccessToken,
} from './access-tokens.ts';
import { isInScope } from './principal.ts';

describe('the scope of a scanner device', () => {
  const id = fc.constantFrom('a', 'b');
  const optionalId = fc.option(id, { nil: undefined });

  it('holds exactly the events that it names by organization, event and venue', () => {
    fc.assert(
      fc.property(
        fc.record({ organizationId: id, eventId: optionalId, venueId: optionalId }),
        fc.record({ id, organizationId: id, venueId: optionalId }),
        (scope, event) => {
          const named =
            scope.organizationId === event.organizationId &&
            (scope.eventId ?? event.id) === event.id &&
            (scope.venueId ?? event.venueId) === event.venueId;
          expect(isInScope(scope, event)).toBe(named);
        },
      ),
    );
  });
});

describe('an access token', () => {
  const user = {
    sid: 's',
    name: 'Ada',
    email: 'ada@example.org',
    roles: ['ADMIN'],
    orgs: { house: 'OWNER' },
  };

  async function verified(claims: object): Promise<unknown> {
    const { publicKey, privateKey } = await generateKeyPair(ACCESS_TOKEN_ALGORITHM);
    const token = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: ACCESS_TOKEN_ALGORITHM })
      .setSubject('someone')
      .setIssuer(ACCESS_TOKEN_ISSUER)
      .setAudience(ACCESS_TOKEN_AUDIENCE)
      .setExpirationTime('10m')
      .sign(privateKey);
    return new AccessTokens(async () => publicKey).verify(token);
  }

  it('speaks for a user', async () => {
    expect(await verified(user)).toMatchObject({ viewer: { userId: 'someone', roles: ['ADMIN'] } });
  });

  it('speaks for a device, and then never for a user', async () => {
    const device = claimsOfDevice({ organizationId: 'house', eventId: 'hamlet' });
    const expected = { device: { deviceId: 'someone', organizationId: 'house', eventId: 'hamlet' } };
    expect(await verified(device)).toEqual(expected);
    expect(await verified({ ...user, ...device })).toEqual(expected);
  });

  it('speaks for nobody when its claims are not whole', async () => {
    const { sid: _sid, ...sessionless } = user;
    await expect(verified(sessionless)).rejects.toBeInstanceOf(InvalidAccessToken);
    await expect(verified({ device: {} })).rejects.toBeInstanceOf(InvalidAccessToken);
  });
});
