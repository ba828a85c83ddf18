import { createRemoteJWKSet } from 'jose';
import { AccessTokens } from '#security';
import { eventually } from '#testing';
import { FAILURE, FrontOffice, type Person } from './front-office.ts';

const DEVICE = `id name eventId venueId status revokedAt`;
const REGISTER = `mutation ($input: RegisterDeviceInput!) { registerDevice(input: $input) { __typename
  ... on RegisteredDevice { secret device { ${DEVICE} } } ${FAILURE} } }`;
const REVOKE = `mutation ($id: ID!) { revokeDevice(deviceId: $id) { __typename ... on Device { ${DEVICE} } ... on Failure { code } } }`;
const SIGN_IN_DEVICE = `mutation ($input: SignInDeviceInput!) { signInDevice(input: $input) { __typename
  ... on DeviceSession { accessToken accessTokenExpiresAt device { id } } ${FAILURE} } }`;
const DEVICES = `query ($id: ID!, $first: Int) { organization(id: $id) { members { nodes { role } }
  devices(first: $first) { nodes { ${DEVICE} } pageInfo { hasNextPage } } } }`;

let office: FrontOffice;
let owner: Person;
let organizationId: string;

beforeAll(async () => {
  office = await FrontOffice.open();
  owner = await office.signUp('ORGANIZER');
  organizationId = owner.organizationId;
});

afterAll(() => office.close());

describe('a scanner device', () => {
  it('is registered by who manages devices, and signs in with a secret that is shown once', async () => {
    const input = { organizationId, name: 'North gate', eventId: 'hamlet' };
    const { device, secret } = await owner.graph.expect('RegisteredDevice', REGISTER, { input });
    expect(device).toMatchObject({ name: 'North gate', eventId: 'hamlet', venueId: null, status: 'ACTIVE' });
    const signIn = { input: { deviceId: device.id, secret } };
    const first = await office.graph.expect('DeviceSession', SIGN_IN_DEVICE, signIn);
    await office.graph.expect('DeviceSession', SIGN_IN_DEVICE, signIn);
    expect(Date.parse(first.accessTokenExpiresAt) - Date.now()).toBeLessThanOrEqual(600_000);
    const tokens = new AccessTokens(
      createRemoteJWKSet(new URL(`${office.service.url}/.well-known/jwks.json`)),
    );
    expect(await tokens.verify(first.accessToken)).toEqual({
      device: { deviceId: device.id, organizationId, eventId: 'hamlet' },
    });
    const stored = await office.service.db.collection<{ _id: string }>('devices').findOne({ _id: device.id });
    expect(JSON.stringify(stored)).not.toContain(secret);
  });

  it('is nobody to everything that is for users', async () => {
    const input = { organizationId, name: 'Nobody' };
    const { device, secret } = await owner.graph.expect('RegisteredDevice', REGISTER, { input });
    const session = await office.graph.expect('DeviceSession', SIGN_IN_DEVICE, {
      input: { deviceId: device.id, secret },
    });
    const graph = office.graph.as(session.accessToken);
    expect((await graph.data(`{ currentUser { id } }`)).currentUser).toBeNull();
    const codeOf = async (query: string): Promise<unknown> =>
      (await graph.ask(query)).errors?.[0]?.extensions?.['code'];
    expect(await codeOf(`{ myOrganizations { role } }`)).toBe('NOT_SIGNED_IN');
    expect(await codeOf(`{ users { nodes { id } } }`)).toBe('NOT_SIGNED_IN');
    expect((await graph.data(DEVICES, { id: organizationId })).organization).toEqual({
      members: null,
      devices: null,
    });
    await graph.expect('NotSignedIn', REGISTER, { input });
    await graph.expect('NotSignedIn', REVOKE, { id: device.id });
  });

  it('is not signed in with another secret or an id that nobody has, and both read alike', async () => {
    const input = { organizationId, name: 'South gate', venueId: 'globe' };
    const { device } = await owner.graph.expect('RegisteredDevice', REGISTER, { input });
    const wrong = await office.graph.expect('InvalidDeviceCredentials', SIGN_IN_DEVICE, {
      input: { deviceId: device.id, secret: 'guessed' },
    });
    const unknown = await office.graph.expect('InvalidDeviceCredentials', SIGN_IN_DEVICE, {
      input: { deviceId: 'guessed', secret: 'guessed' },
    });
    expect(wrong.message).toBe(unknown.message);
  });

  it('is revoked once, for good, and everybody hears of it', async () => {
    const input = { organizationId, name: 'Lost', venueId: 'globe' };
    const { device, secret } = await owner.graph.expect('RegisteredDevice', REGISTER, { input });
    const revoked = await Promise.all(
      [1, 2, 3].map(() => owner.graph.expect('Device', REVOKE, { id: device.id })),
    );
    expect(new Set(revoked.map(({ revokedAt }) => revokedAt)).size).toBe(1);
    expect(revoked[0]).toMatchObject({ status: 'REVOKED', revokedAt: expect.any(String) });
    await office.graph.expect('DeviceRevoked', SIGN_IN_DEVICE, { input: { deviceId: device.id, secret } });
    await eventually(() => {
      const mine = office.devices.filter(({ aggregateId }) => aggregateId === device.id);
      expect(mine.map(({ type, aggregateVersion }) => [type, aggregateVersion])).toEqual([
        ['DeviceRegistered', 1],
        ['DeviceRevoked', 2],
      ]);
      expect(mine[1]?.payload).toMatchObject({ organizationId, venueId: 'globe', status: 'REVOKED' });
      expect(JSON.stringify(mine)).not.toContain('ecret');
    });
  });

  it('is the business of its organization only', async () => {
    const stranger = await office.signUp('ORGANIZER');
    const input = { organizationId, name: 'Mine' };
    await stranger.graph.expect('NotPermitted', REGISTER, { input });
    await office.graph.expect('NotSignedIn', REGISTER, { input });
    await owner.graph.expect('NotFound', REGISTER, { input: { ...input, organizationId: 'none' } });
    const { device } = await owner.graph.expect('RegisteredDevice', REGISTER, { input });
    await stranger.graph.expect('NotPermitted', REVOKE, { id: device.id });
    await owner.graph.expect('NotFound', REVOKE, { id: 'none' });
    expect((await stranger.graph.data(DEVICES, { id: organizationId })).organization.devices).toBeNull();
  });

  it('is listed newest first, and registered many at once', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `Lane ${i}`);
    for (const name of names)
      await owner.graph.expect('RegisteredDevice', REGISTER, { input: { organizationId, name } });
    const { devices } = (await owner.graph.data(DEVICES, { id: organizationId, first: 8 })).organization;
    expect(devices.nodes.map(({ name }: { name: string }) => name)).toEqual(names.toReversed());
    expect(devices.pageInfo.hasNextPage).toBe(true);
    const atOnce = await Promise.all(
      [1, 2, 3, 4].map(() => owner.graph.data(REGISTER, { input: { organizationId, name: 'At once' } })),
    );
    for (const { registerDevice } of atOnce) expect(registerDevice.__typename).toBe('RegisteredDevice');
  });

  it.each([
    ['name', { name: ' ' }],
    ['venueId', { eventId: 'hamlet', venueId: 'globe' }],
  ])('names the field %s when it is wrong', async (field, change) => {
    const input = { organizationId, name: 'Gate', ...change };
    expect((await owner.graph.expect('InvalidInput', REGISTER, { input })).field).toBe(field);
  });
});
