/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import { CATALOGUE_ORGANIZATION_ID, type MemberRole } from '#contracts';
import { eventually, type GraphClient } from '#testing';
import { FAILURE, FrontOffice, type Person } from './front-office.ts';

const ORGANIZATION = `... on Organization { id name members { nodes { role user { id } } } }`;
const CREATE = `mutation ($input: CreateOrganizationInput!) { createOrganization(input: $input) {
  __typename ${ORGANIZATION} ${FAILURE} ... on LimitReached { limit max } } }`;
const RENAME = `mutation ($input: RenameOrganizationInput!) { renameOrganization(input: $input) { __typename ${ORGANIZATION} ${FAILURE} } }`;
const CHANGE_ROLE = `mutation ($input: ChangeMemberRoleInput!) { changeMemberRole(input: $input) { __typename ${ORGANIZATION} ${FAILURE} } }`;
const REMOVE = `mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { __typename ${ORGANIZATION} ${FAILURE} } }`;
const LEAVE = `mutation ($id: ID!) { leaveOrganization(organizationId: $id) { __typename ... on Failure { code } } }`;
const INVITE = `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { __typename ... on Invitation { id email role } ${FAILURE} } }`;
const REVOKE = `mutation ($input: RevokeInvitationInput!) { revokeInvitation(input: $input) { __typename ${FAILURE} } }`;
const ACCEPT = `mutation ($code: String!) { acceptInvitation(code: $code) { __typename ... on Membership { role organization { id } } ${FAILURE} } }`;
const LOOK = `query ($id: ID!, $first: Int, $after: String) { organization(id: $id) { name
  members(first: $first, after: $after) { nodes { role email user { id name email } } pageInfo { hasNextPage endCursor } }
  invitations { id email role } devices { nodes { id } } } }`;

let office: FrontOffice;
let owner: Person;
let organizationId: string;

beforeAll(async () => {
  office = await FrontOffice.open();
});

beforeEach(async () => {
  owner = await office.signUp('ORGANIZER');
  organizationId = owner.organizationId;
});

afterAll(() => office.close());

async function invite(email: string, role: MemberRole, count = 1): Promise<string> {
  await owner.graph.expect('Invitation', INVITE, { input: { organizationId, email, role } });
  return (await office.mailTo(email, 'invites you', count)).code;
}

async function join(role: MemberRole): Promise<Person> {
  const person = await office.signUp();
  const code = await invite(person.email, role);
  await person.graph.expect('Membership', ACCEPT, { code });
  return person;
}

async function look(graph: GraphClient, more: object = {}): Promise<any> {
  return (await graph.data(LOOK, { id: organizationId, ...more })).organization;
}

async function roles(): Promise<Record<string, string>> {
  const { members } = await look(owner.graph, { first: 100 });
  return Object.fromEntries(members.nodes.map((member: any) => [member.user.id, member.role]));
}

describe('an organization', () => {
  it('is founded by any user, who owns it and is an organizer from then on', async () => {
    const founder = await office.signUp();
    const founded = await founder.graph.expect('Organization', CREATE, { input: { name: ' Globe ' } });
    expect(founded).toMatchObject({
      name: 'Globe',
      members: { nodes: [{ role: 'OWNER', user: { id: founder.userId } }] },
    });
    const { currentUser } = await founder.graph.data(`{ currentUser { roles } }`);
    expect(currentUser.roles).toEqual(['ATTENDEE', 'ORGANIZER']);
    const { myOrganizations } = await founder.graph.data(
      `{ myOrganizations { role organization { id name } } }`,
    );
    expect(myOrganizations).toEqual([{ role: 'OWNER', organization: { id: founded.id, name: 'Globe' } }]);
    await office.graph.expect('NotSignedIn', CREATE, { input: { name: 'Globe' } });
    expect((await founder.graph.expect('InvalidInput', CREATE, { input: { name: ' ' } })).field).toBe('name');
  });

  it('is one of at most 20 of a user, however many are founded at once', async () => {
    const founder = await office.signUp();
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_, i) => founder.graph.data(CREATE, { input: { name: `Stage ${i}` } })),
    );
    // Who came too close to others was asked to try again.
    for (let tries = 0; tries < 25; tries++) {
      answers.push(await founder.graph.data(CREATE, { input: { name: `Stage ${tries}` } }));
      if (answers.at(-1).createOrganization.__typename === 'LimitReached') break;
    }
    expect(answers.at(-1).createOrganization).toMatchObject({ limit: 'organizations', max: 20 });
    expect((await founder.graph.data(`{ myOrganizations { role } }`)).myOrganizations).toHaveLength(20);
  });

  it('is renamed by owners only, and everybody hears of it', async () => {
    const manager = await join('MANAGER');
    const input = { organizationId, name: 'Rose' };
    await manager.graph.expect('NotPermitted', RENAME, { input });
    await office.graph.expect('NotSignedIn', RENAME, { input });
    await owner.graph.expect('NotFound', RENAME, { input: { ...input, organizationId: 'none' } });
    await owner.graph.expect('NotPermitted', RENAME, {
      input: { ...input, organizationId: CATALOGUE_ORGANIZATION_ID },
    });
    expect((await owner.graph.expect('Organization', RENAME, { input })).name).toBe('Rose');
    await eventually(() => {
      const mine = office.organizations.filter(({ aggregateId }) => aggregateId === organizationId);
      expect(mine.map(({ type }) => type)).toEqual([
        'OrganizationCreated',
        'MemberAdded',
        'OrganizationUpdated',
      ]);
      expect(mine.at(-1)?.payload).toMatchObject({
        name: 'Rose',
        members: [
          { userId: owner.userId, role: 'OWNER' },
          { userId: manager.userId, role: 'MANAGER' },
        ],
      });
    });
  });

  it('shows everybody its name, members who they are, and each what their role is for', async () => {
    const scanner = await join('SCANNER');
    const manager = await join('MANAGER');
    await owner.graph.expect('Invitation', INVITE, {
      input: { organizationId, email: 'late@example.org', role: 'SCANNER' },
    });
    const stranger = await office.signUp();
    const nothing = { name: 'Royal Society', members: null, invitations: null, devices: null };
    expect(await look(office.graph)).toEqual(nothing);
    expect(await look(stranger.graph)).toEqual(nothing);
    const seenByScanner = await look(scanner.graph);
    expect(seenByScanner).toMatchObject({ invitations: null, devices: null });
    expect(seenByScanner.members.nodes).toHaveLength(3);
    expect(seenByScanner.members.nodes.every(({ email }: any) => email === null)).toBe(true);
    expect(await look(manager.graph)).toMatchObject({ invitations: null, devices: { nodes: [] } });
    const seenByOwner = await look(owner.graph, { first: 2 });
    expect(seenByOwner.invitations).toMatchObject([{ email: 'late@example.org', role: 'SCANNER' }]);
    const rest = await look(owner.graph, { first: 2, after: seenByOwner.members.pageInfo.endCursor });
    const emails = [...seenByOwner.members.nodes, ...rest.members.nodes].map(
      ({ email }: any): string => email,
    );
    expect(emails.sort()).toEqual([owner.email, scanner.email, manager.email].sort());
    expect(rest.members.pageInfo.hasNextPage).toBe(false);
  });
});

describe('the last owner', () => {
  it('can neither go nor be another', async () => {
    const userId = owner.userId;
    await owner.graph.expect('LastOwner', LEAVE, { id: organizationId });
    await owner.graph.expect('LastOwner', REMOVE, { input: { organizationId, userId } });
    await owner.graph.expect('LastOwner', CHANGE_ROLE, {
      input: { organizationId, userId, role: 'MANAGER' },
    });
    expect(await roles()).toEqual({ [userId]: 'OWNER' });
  });

  it('is the one of two who removed the other first', async () => {
    const second = await join('OWNER');
    const answers = await Promise.all([
      owner.graph.data(REMOVE, { input: { organizationId, userId: second.userId } }),
      second.graph.data(REMOVE, { input: { organizationId, userId: owner.userId } }),
    ]);
    const types = answers.map(({ removeMember }): string => removeMember.__typename).sort();
    expect(types).toEqual(['NotPermitted', 'Organization']);
    const stored = await office.service.db
      .collection<{ _id: string; members: unknown[] }>('organizations')
      .findOne({ _id: organizationId });
    expect(stored?.members).toHaveLength(1);
  });

  it('is the one of two who left second', async () => {
    const second = await join('OWNER');
    const answers = await Promise.all(
      [owner, second].map(({ graph }) => graph.data(LEAVE, { id: organizationId })),
    );
    expect(answers.map(({ leaveOrganization }): string => leaveOrganization.__typename).sort()).toEqual([
      'LastOwner',
      'Organization',
    ]);
  });
});

describe('a member', () => {
  it('has a new role, and none after removal, with the next access token', async () => {
    const staff = await join('SCANNER');
    let session = staff;
    const claimed = async (): Promise<unknown> => {
      session = await office.refreshed(session);
      const { currentUser } = await session.graph.data(`{ currentUser { memberships { role } } }`);
      return currentUser.memberships;
    };
    expect(await claimed()).toEqual([{ role: 'SCANNER' }]);
    const input = { organizationId, userId: staff.userId };
    await owner.graph.expect('Organization', CHANGE_ROLE, { input: { ...input, role: 'MANAGER' } });
    expect(await claimed()).toEqual([{ role: 'MANAGER' }]);
    await owner.graph.expect('Organization', REMOVE, { input });
    await owner.graph.expect('NotFound', REMOVE, { input });
    expect(await claimed()).toEqual([]);
    await eventually(() => {
      const types = office.organizations
        .filter(({ aggregateId }) => aggregateId === organizationId)
        .map(({ type }) => type);
      expect(types).toEqual(['OrganizationCreated', 'MemberAdded', 'RoleChanged', 'MemberRemoved']);
    });
  });

  it('who was an owner and is not any more acts for it no longer, whatever their token says', async () => {
    const second = await office.refreshed(await join('OWNER'));
    await owner.graph.expect('Organization', REMOVE, { input: { organizationId, userId: second.userId } });
    await second.graph.expect('NotPermitted', RENAME, { input: { organizationId, name: 'Mine' } });
    await second.graph.expect('NotPermitted', INVITE, {
      input: { organizationId, email: second.email, role: 'OWNER' },
    });
  });
});

describe('an invitation', () => {
  it('makes whoever has its code a member, and verifies their address if it went there', async () => {
    const guest = await office.signUp();
    const code = await invite(guest.email, 'BOX_OFFICE');
    const first = await guest.graph.expect('Membership', ACCEPT, { code });
    expect(first).toMatchObject({ role: 'BOX_OFFICE', organization: { id: organizationId } });
    expect(await guest.graph.expect('Membership', ACCEPT, { code: code.toLowerCase() })).toEqual(first);
    const { currentUser } = await guest.graph.data(`{ currentUser { emailVerified } }`);
    expect(currentUser.emailVerified).toBe(true);
    const other = await office.signUp();
    await other.graph.expect('InvalidCode', ACCEPT, { code });
    expect((await look(owner.graph)).invitations).toEqual([]);
  });

  it('verifies nothing for an account of another address', async () => {
    const guest = await office.signUp();
    await guest.graph.expect('Membership', ACCEPT, { code: await invite(`at-${guest.email}`, 'SCANNER') });
    const { currentUser } = await guest.graph.data(`{ currentUser { emailVerified } }`);
    expect(currentUser.emailVerified).toBe(false);
  });

  it('makes one member, however many accept it at once', async () => {
    const guests = await Promise.all([1, 2, 3, 4].map(() => office.signUp()));
    const code = await invite('anybody@example.org', 'SCANNER');
    const answers = await Promise.all(guests.map(({ graph }) => graph.data(ACCEPT, { code })));
    const types = answers.map(({ acceptInvitation }) => acceptInvitation.__typename);
    expect(types.filter((type) => type === 'Membership')).toHaveLength(1);
    expect(Object.keys(await roles())).toHaveLength(2);
    const guest = await office.signUp();
    const own = await invite(guest.email, 'SCANNER');
    const twice = await Promise.all(
      [1, 2, 3].map(() => guest.graph.expect('Membership', ACCEPT, { code: own })),
    );
    expect(new Set(twice.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(Object.keys(await roles())).toHaveLength(3);
  });

  it('takes the place of an earlier one to the same address', async () => {
    const guest = await office.signUp();
    const first = await invite(guest.email, 'SCANNER');
    const second = await invite(guest.email, 'MANAGER', 2);
    expect((await look(owner.graph)).invitations).toHaveLength(1);
    await guest.graph.expect('InvalidCode', ACCEPT, { code: first });
    expect(await guest.graph.expect('Membership', ACCEPT, { code: second })).toMatchObject({
      role: 'MANAGER',
    });
  });

  it('is worthless once revoked, and after five wrong codes', async () => {
    const guest = await office.signUp();
    const code = await invite(guest.email, 'SCANNER');
    const [invitation] = (await look(owner.graph)).invitations;
    const input = { organizationId, invitationId: invitation.id };
    await guest.graph.expect('NotPermitted', REVOKE, { input });
    await owner.graph.expect('Organization', REVOKE, { input });
    await owner.graph.expect('NotFound', REVOKE, { input });
    await guest.graph.expect('InvalidCode', ACCEPT, { code });

    const guessed = await invite(guest.email, 'SCANNER', 2);
    const wrong = `${guessed.slice(0, -4)}0000`;
    for (let tries = 0; tries < 5; tries++) await guest.graph.expect('InvalidCode', ACCEPT, { code: wrong });
    await guest.graph.expect('InvalidCode', ACCEPT, { code: guessed });
  });

  it('expires after seven days', async () => {
    const guest = await office.signUp();
    const code = await invite(guest.email, 'SCANNER');
    await office.service.db
      .collection<{ _id: string }>('organizations')
      .updateOne({ _id: organizationId }, { $set: { 'invitations.0.code.expiresAt': new Date() } });
    await guest.graph.expect('InvalidCode', ACCEPT, { code });
  });

  it('does not keep its code', async () => {
    const code = await invite('kept@example.org', 'SCANNER');
    const stored = await office.service.db
      .collection<{ _id: string }>('organizations')
      .findOne({ _id: organizationId });
    expect(JSON.stringify(stored)).not.toContain(code.split('-')[1]);
    expect(await office.service.db.collection('mail_intents').countDocuments({ kind: 'INVITATION' })).toBe(0);
  });

  it('does not bring back who was removed', async () => {
    const guest = await office.signUp();
    const code = await invite(guest.email, 'SCANNER');
    await guest.graph.expect('Membership', ACCEPT, { code });
    await owner.graph.expect('Organization', REMOVE, { input: { organizationId, userId: guest.userId } });
    await guest.graph.expect('InvalidCode', ACCEPT, { code });
  });

  it.each(['nobody', 'a@example.org\r\nBcc: b@example.org'])(
    'goes to an address, not to %j',
    async (email) => {
      const input = { organizationId, email, role: 'SCANNER' };
      expect((await owner.graph.expect('InvalidInput', INVITE, { input })).field).toBe('email');
    },
  );
});
