import { randomBytes } from 'node:crypto';
import { createRemoteJWKSet } from 'jose';
import { authOrganizations, authUsers } from '#contracts';
import { AccessTokens } from '#security';
import { eventually, FactLine, GraphClient, RunningService, testSettings } from '#testing';
import { AuthModule } from '../src/auth.module.ts';

const SESSION = `accessToken refreshToken user { id name email roles memberships { role organization { id name } } }`;
const SIGN_UP = `mutation ($input: SignUpInput!) { signUp(input: $input) {
  __typename ... on Session { ${SESSION} } ... on Failure { code message } ... on InvalidInput { field } } }`;
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) {
  __typename ... on Session { ${SESSION} } ... on Failure { code message } } }`;
const REFRESH = `mutation ($token: String!) { refreshSession(refreshToken: $token) {
  __typename ... on Session { ${SESSION} } ... on Failure { code } } }`;
const SIGN_OUT = `mutation { signOut { __typename ... on SignedOut { sessionId } ... on Failure { code } } }`;
const CURRENT_USER = `{ currentUser { id email } }`;

const settings = testSettings();
let service: RunningService;
let facts: FactLine;
let graph: GraphClient;

beforeAll(async () => {
  facts = await FactLine.open(settings, [authUsers, authOrganizations]);
  const config = {
    ...settings,
    AUTH_KEY_ENCRYPTION_KEY: randomBytes(32),
    MAIL_FROM: 'no-reply@tessera.example',
  };
  service = await RunningService.start('auth', AuthModule.forRoot(config), settings);
  graph = service.graph;
});

afterAll(async () => {
  await service.close();
  await facts.close();
});

const ada = { name: 'Ada', email: 'ada@example.org', password: 'correct horse' };

describe('sign-up', () => {
  it('opens a session whose token carries the user, verifiable with the published key set', async () => {
    const session = await graph.expect('Session', SIGN_UP, { input: ada });
    expect(session.user).toMatchObject({
      name: 'Ada',
      email: ada.email,
      roles: ['ATTENDEE'],
      memberships: [],
    });
    const tokens = new AccessTokens(createRemoteJWKSet(new URL(`${service.url}/.well-known/jwks.json`)));
    await expect(tokens.verify(session.accessToken)).resolves.toMatchObject({
      viewer: { userId: session.user.id, email: ada.email },
    });
  });

  it('gives an organizer an organization, and says so in the token and on Kafka', async () => {
    const collected = await facts.collect(authOrganizations);
    const input = { ...ada, email: 'org@example.org', role: 'ORGANIZER', organizationName: 'Royal Society' };
    const session = await graph.expect('Session', SIGN_UP, { input });
    const [membership] = session.user.memberships;
    expect(membership).toMatchObject({ role: 'OWNER', organization: { name: 'Royal Society' } });
    await eventually(() => {
      const created = collected.find((fact) => fact.aggregateId === membership.organization.id);
      expect(created?.payload.members).toEqual([{ userId: session.user.id, role: 'OWNER' }]);
    });
  });

  it('takes null for what is left out', async () => {
    const input = { ...ada, email: 'plain@example.org', role: null, organizationName: null };
    const session = await graph.expect('Session', SIGN_UP, { input });
    expect(session.user.memberships).toEqual([]);
  });

  it('refuses an address that is taken, in any spelling, however many ask at once', async () => {
    const input = { ...ada, email: 'once@example.org' };
    const answers = await Promise.all(
      ['once@example.org', ' ONCE@example.org ', 'Once@Example.org'].map((email) =>
        graph.data(SIGN_UP, { input: { ...input, email } }),
      ),
    );
    const types = answers.map(({ signUp }) => signUp.__typename);
    expect(types.filter((type) => type === 'Session')).toHaveLength(1);
    expect(types.filter((type) => type === 'EmailTaken')).toHaveLength(2);
  });

  it.each([
    ['email', { email: 'no address' }],
    ['password', { password: 'short' }],
    ['name', { name: '   ' }],
    ['name', { name: 'x'.repeat(101) }],
    ['name', { name: 'Ada\r\nBcc: eve@example.org' }],
    ['role', { role: 'ADMIN' }],
    ['organizationName', { role: 'ORGANIZER' }],
  ])('names the field %s when it is outside its limits', async (field, change) => {
    const failure = await graph.expect('InvalidInput', SIGN_UP, {
      input: { ...ada, email: 'x@example.org', ...change },
    });
    expect(failure.field).toBe(field);
  });

  it('never writes a password down', async () => {
    await graph.expect('Session', SIGN_UP, { input: { ...ada, email: 'secret@example.org' } });
    const stored = await service.db.collection('users').findOne({ email: 'secret@example.org' });
    expect(JSON.stringify(stored)).not.toContain(ada.password);
    expect(stored?.['passwordHash']).toMatch(/^\$argon2id\$/);
  });
});

describe('a session', () => {
  const input = { email: 'session@example.org', password: ada.password };

  beforeAll(() => graph.expect('Session', SIGN_UP, { input: { ...ada, ...input } }));

  it('answers a wrong password and an unknown address alike', async () => {
    const wrong = await graph.expect('InvalidCredentials', SIGN_IN, {
      input: { ...input, password: 'wrong password' },
    });
    const unknown = await graph.expect('InvalidCredentials', SIGN_IN, {
      input: { ...input, email: 'no@example.org' },
    });
    expect(wrong.message).toBe(unknown.message);
  });

  it('knows its user until it is signed out', async () => {
    const { accessToken } = await graph.expect('Session', SIGN_IN, { input });
    const mine = graph.as(accessToken);
    expect((await mine.data(CURRENT_USER)).currentUser).toMatchObject({ email: input.email });
    await mine.expect('SignedOut', SIGN_OUT);
    expect((await mine.data(CURRENT_USER)).currentUser).toBeNull();
    expect((await graph.data(CURRENT_USER)).currentUser).toBeNull();
    await graph.expect('NotSignedIn', SIGN_OUT);
  });

  it('gives a new pair for a refresh token, and none after sign-out', async () => {
    const first = await graph.expect('Session', SIGN_IN, { input });
    const second = await graph.expect('Session', REFRESH, { token: first.refreshToken });
    expect(second.refreshToken).not.toBe(first.refreshToken);
    await graph.as(second.accessToken).expect('SignedOut', SIGN_OUT);
    await graph.expect('SessionEnded', REFRESH, { token: second.refreshToken });
  });

  it('lets a refresh be repeated, but not with a made-up token', async () => {
    const { refreshToken } = await graph.expect('Session', SIGN_IN, { input });
    await Promise.all([1, 2].map(() => graph.expect('Session', REFRESH, { token: refreshToken })));
    const [id] = refreshToken.split('.');
    await graph.expect('SessionEnded', REFRESH, { token: `${id}.${randomBytes(32).toString('base64url')}` });
  });

  it('refuses a damaged token with 401 and a stable code', async () => {
    const { accessToken } = await graph.expect('Session', SIGN_IN, { input });
    const answer = await graph.as(`${accessToken.slice(0, -3)}AAA`).ask(CURRENT_USER);
    expect(answer.status).toBe(401);
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
  });
});

describe('other people', () => {
  it('see a name, not an address', async () => {
    const { user } = await graph.expect('Session', SIGN_UP, {
      input: { ...ada, email: 'private@example.org' },
    });
    const { accessToken } = await graph.expect('Session', SIGN_UP, {
      input: { ...ada, email: 'curious@example.org' },
    });
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { name email memberships { role } } } }`;
    const { _entities } = await graph
      .as(accessToken)
      .data(query, { r: [{ __typename: 'User', id: user.id }] });
    expect(_entities).toEqual([{ name: 'Ada', email: null, memberships: [] }]);
  });
});
