import { badCursorsTaken, eventually, type GraphClient } from '#testing';
import { MakeFirstAdmin } from '../src/first-admin/make-first-admin.ts';
import { ChangeUser } from '../src/users/application/change-user.ts';
import { withoutRole, withRole } from '../src/users/domain/account.ts';
import { AdminsRepository } from '../src/users/infrastructure/admins.repository.ts';
import { UsersRepository } from '../src/users/infrastructure/users.repository.ts';
import { FAILURE, FrontOffice, type Person, REFRESH, SIGN_IN } from './front-office.ts';

const USERS = `query ($first: Int, $after: String, $search: String, $role: Role) {
  users(first: $first, after: $after, search: $search, role: $role) {
    nodes { id email name roles disabledAt } pageInfo { hasNextPage endCursor } } }`;
const USER = `query ($id: ID!) { user(id: $id) { id email } }`;
const GRANT = `mutation ($input: RoleInput!) { grantRole(input: $input) { __typename ... on User { roles } ${FAILURE} } }`;
const REVOKE = `mutation ($input: RoleInput!) { revokeRole(input: $input) { __typename ... on User { roles } ${FAILURE} } }`;
const DISABLE = `mutation ($id: ID!) { disableUser(userId: $id) { __typename ... on User { disabledAt } ... on Failure { code message } } }`;
const ENABLE = `mutation ($id: ID!) { enableUser(userId: $id) { __typename ... on User { disabledAt } ... on Failure { code } } }`;

let office: FrontOffice;
let makeFirstAdmin: MakeFirstAdmin;
let admin: Person;

beforeAll(async () => {
  office = await FrontOffice.open();
  const { app } = office.service;
  makeFirstAdmin = new MakeFirstAdmin(
    app.get(UsersRepository),
    app.get(AdminsRepository),
    app.get(ChangeUser),
  );
});

afterAll(() => office.close());

async function codeOf(graph: GraphClient, query: string, variables: object = {}): Promise<unknown> {
  return (await graph.ask(query, { ...variables })).errors?.[0]?.extensions?.['code'];
}

describe('the first admin', () => {
  it('is made once, of an account that is there, however many try at once', async () => {
    expect(await makeFirstAdmin.execute('nobody@example.org')).toMatchObject({ ok: false });
    const candidates = await Promise.all([1, 2, 3].map(() => office.signUp()));
    const results = await Promise.all(
      candidates.map(({ email }) => makeFirstAdmin.execute(email.toUpperCase())),
    );
    const index = results.findIndex(({ ok }) => ok);
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    admin = await office.refreshed(candidates[index]!);
    expect(await makeFirstAdmin.execute(admin.email)).toMatchObject({ failure: { code: 'WRONG_STATE' } });
    const { currentUser } = await admin.graph.data(`{ currentUser { roles } }`);
    expect(currentUser.roles).toEqual(['ATTENDEE', 'ADMIN']);
  });

  it('is finished by a second run after a crash', async () => {
    const crashed = await FrontOffice.open();
    const { app } = crashed.service;
    const person = await crashed.signUp();
    expect(await app.get(AdminsRepository).enterFirst(person.userId)).toBe(true);
    const again = new MakeFirstAdmin(
      app.get(UsersRepository),
      app.get(AdminsRepository),
      app.get(ChangeUser),
    );
    expect(await again.execute(person.email)).toMatchObject({ ok: true });
    await crashed.close();
  });
});

describe('the users', () => {
  it('are for admins', async () => {
    const ada = await office.signUp();
    for (const query of [USERS, `query ($id: ID!) { user(id: $id) { id } }`]) {
      expect(await codeOf(ada.graph, query, { id: ada.userId })).toBe('NOT_PERMITTED');
      expect(await codeOf(office.graph, query, { id: ada.userId })).toBe('NOT_SIGNED_IN');
    }
    await ada.graph.expect('NotPermitted', GRANT, { input: { userId: ada.userId, role: 'ADMIN' } });
    await ada.graph.expect('NotPermitted', REVOKE, { input: { userId: admin.userId, role: 'ADMIN' } });
    await ada.graph.expect('NotPermitted', DISABLE, { id: admin.userId });
    await office.graph.expect('NotSignedIn', ENABLE, { id: admin.userId });
    const { user } = await admin.graph.data(USER, { id: ada.userId });
    expect(user).toEqual({ id: ada.userId, email: ada.email });
  });

  it('are listed page by page, and found by the beginning of address, name, or a word of it', async () => {
    const people = [];
    for (let i = 0; i < 5; i++) people.unshift(await office.signUp('ATTENDEE', `Grace Zebra${i} Hopper`));
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const { users } = await admin.graph.data(USERS, { first: 2, after, search: 'ZEBRA' });
      ids.push(...users.nodes.map(({ id }: { id: string }) => id));
      after = users.pageInfo.hasNextPage ? users.pageInfo.endCursor : null;
    } while (after);
    expect(ids).toEqual(people.map(({ userId }) => userId));
    const found = async (search: string): Promise<string[]> =>
      (await admin.graph.data(USERS, { search, first: 100 })).users.nodes.map(({ id }: { id: string }) => id);
    expect(await found('grace zebra3')).toEqual([people[1]!.userId]);
    expect(await found(people[2]!.email.slice(0, 30).toUpperCase())).toEqual([people[2]!.userId]);
    expect(await found('ebra3')).toEqual([]);
    expect(await found('.*')).toEqual([]);
    const { users: admins } = await admin.graph.data(USERS, { role: 'ADMIN' });
    expect(admins.nodes.map(({ id }: { id: string }) => id)).toEqual([admin.userId]);
    expect(await codeOf(admin.graph, USERS, { search: 'x' })).toBe('INVALID_INPUT');
    expect(await codeOf(admin.graph, USERS, { first: 101 })).toBe('INVALID_INPUT');
    expect(await badCursorsTaken(admin.graph, USERS)).toEqual([]);
  });
});

describe('roles', () => {
  it('are granted and revoked, and show in the next token', async () => {
    const ada = await office.signUp();
    const input = { userId: ada.userId, role: 'ADMIN' };
    expect((await admin.graph.expect('User', GRANT, { input })).roles).toEqual(['ATTENDEE', 'ADMIN']);
    const promoted = await office.refreshed(ada);
    expect((await promoted.graph.data(USERS)).users.nodes.length).toBeGreaterThan(1);
    expect((await admin.graph.expect('User', REVOKE, { input })).roles).toEqual(['ATTENDEE']);
    expect(await codeOf((await office.refreshed(promoted)).graph, USERS)).toBe('NOT_PERMITTED');
    const attendee = { userId: ada.userId, role: 'ATTENDEE' };
    expect((await admin.graph.expect('InvalidInput', REVOKE, { input: attendee })).field).toBe('role');
    await admin.graph.expect('NotFound', GRANT, { input: { userId: 'none', role: 'ADMIN' } });
  });

  it('leave an admin, also when two revoke each other at once', async () => {
    await admin.graph.expect('LastAdmin', REVOKE, { input: { userId: admin.userId, role: 'ADMIN' } });
    const other = await office.signUp();
    await admin.graph.expect('User', GRANT, { input: { userId: other.userId, role: 'ADMIN' } });
    const second = await office.refreshed(other);
    const answers = await Promise.all([
      admin.graph.data(REVOKE, { input: { userId: second.userId, role: 'ADMIN' } }),
      second.graph.data(REVOKE, { input: { userId: admin.userId, role: 'ADMIN' } }),
    ]);
    const types = answers.map(({ revokeRole }): string => revokeRole.__typename);
    expect([...types].sort()).toEqual(['LastAdmin', 'User']);
    // Whoever is left goes on.
    admin = types[0] === 'User' ? admin : second;
  });
});

describe('the list that keeps a last admin', () => {
  let admins: AdminsRepository;
  let changeUser: ChangeUser;

  beforeAll(() => {
    admins = office.service.app.get(AdminsRepository);
    changeUser = office.service.app.get(ChangeUser);
  });

  const rolesOf = async ({ userId }: Person): Promise<string[]> =>
    (await office.service.app.get(UsersRepository).find(userId))?.roles.slice() ?? [];
  const isEntered = async ({ userId }: Person): Promise<boolean> =>
    (await office.service.db.collection('admins').findOne({ userIds: userId })) !== null;

  it('does not enter who was revoked between the role and the entry', async () => {
    const ada = await office.signUp();
    const strikes = await admins.strikes();
    await changeUser.execute(ada.userId, (user) => ({ user: withRole(user, 'ADMIN'), fact: 'UserUpdated' }));
    await admin.graph.expect('User', REVOKE, { input: { userId: ada.userId, role: 'ADMIN' } });
    expect(await admins.enter(ada.userId, strikes)).toBe(false);
    expect([await rolesOf(ada), await isEntered(ada)]).toEqual([['ATTENDEE'], false]);
  });

  it('strikes again who was entered between the strike and the loss of the role', async () => {
    const ada = await office.signUp();
    const input = { userId: ada.userId, role: 'ADMIN' };
    await admin.graph.expect('User', GRANT, { input });
    let reads = 0;
    // As `revokeRole` does, with a grant in the middle.
    await changeUser.execute(ada.userId, async (user) => {
      await admins.strike(ada.userId);
      if (++reads === 1) await admin.graph.expect('User', GRANT, { input });
      return { user: withoutRole(user, 'ADMIN'), fact: 'UserUpdated' };
    });
    expect(reads).toBe(2);
    expect([await rolesOf(ada), await isEntered(ada)]).toEqual([['ATTENDEE'], false]);
  });

  it('never counts one who is none, however grants and revocations meet', async () => {
    const ada = await office.signUp();
    const input = { userId: ada.userId, role: 'ADMIN' };
    for (let round = 0; round < 10; round++) {
      await Promise.all([GRANT, REVOKE, GRANT, REVOKE].map((change) => admin.graph.data(change, { input })));
      const roles = await rolesOf(ada);
      expect(!(await isEntered(ada)) || roles.includes('ADMIN')).toBe(true);
    }
    await admin.graph.expect('User', GRANT, { input });
    expect([await rolesOf(ada), await isEntered(ada)]).toEqual([['ATTENDEE', 'ADMIN'], true]);
    await admin.graph.expect('User', REVOKE, { input });
    expect([await rolesOf(ada), await isEntered(ada)]).toEqual([['ATTENDEE'], false]);
    await admin.graph.expect('LastAdmin', REVOKE, { input: { userId: admin.userId, role: 'ADMIN' } });
  });
});

describe('a disabled user', () => {
  it('cannot sign in nor refresh, until enabled again; old sessions stay ended', async () => {
    const ada = await office.signUp();
    const { disabledAt } = await admin.graph.expect('User', DISABLE, { id: ada.userId });
    expect(disabledAt).toEqual(expect.any(String));
    expect((await admin.graph.expect('User', DISABLE, { id: ada.userId })).disabledAt).toBe(disabledAt);
    const input = { email: ada.email, password: ada.password };
    await office.graph.expect('AccountDisabled', SIGN_IN, { input });
    await office.graph.expect('InvalidCredentials', SIGN_IN, { input: { ...input, password: 'wrong' } });
    await office.graph.expect('SessionEnded', REFRESH, { token: ada.refreshToken });
    expect((await ada.graph.data(`{ currentUser { id } }`)).currentUser).toBeNull();
    await admin.graph.expect('WrongState', GRANT, { input: { userId: ada.userId, role: 'ADMIN' } });
    await admin.graph.expect('User', ENABLE, { id: ada.userId });
    await office.graph.expect('SessionEnded', REFRESH, { token: ada.refreshToken });
    await office.signIn(ada);
    await eventually(() => {
      const mine = office.users.filter(({ aggregateId }) => aggregateId === ada.userId);
      expect(mine.map(({ type }) => type)).toEqual(['UserRegistered', 'UserDisabled', 'UserUpdated']);
      expect(mine.map(({ payload }) => payload.disabledAt)).toEqual([undefined, disabledAt, undefined]);
    });
  });

  it('is no admin', async () => {
    const refused = await admin.graph.expect('WrongState', DISABLE, { id: admin.userId });
    expect(refused.message).toContain('revoke the role ADMIN first');
  });
});
