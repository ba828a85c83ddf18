/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import { CATALOGUE_ORGANIZATION_ID } from '#contracts';
import { badCursorsTaken, eventually } from '#testing';
import { FrontOffice, type Person } from './front-office.ts';
import { CHANGE_ROLE, CREATE, INVITE, LEAVE, REMOVE, RENAME, OrganizationDesk } from './organization-desk.ts';

let office: FrontOffice;
let desk: OrganizationDesk;
let owner: Person;
let organizationId: string;

beforeAll(async () => {
  office = await FrontOffice.open();
});

beforeEach(async () => {
  desk = await OrganizationDesk.open(office);
  ({ owner, organizationId } = desk);
});

afterAll(() => office.close());

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
    const manager = await desk.join('MANAGER');
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
    const scanner = await desk.join('SCANNER');
    const manager = await desk.join('MANAGER');
    await owner.graph.expect('Invitation', INVITE, {
      input: { organizationId, email: 'late@example.org', role: 'SCANNER' },
    });
    const stranger = await office.signUp();
    const nothing = { name: 'Royal Society', members: null, invitations: null, devices: null };
    expect(await desk.look(office.graph)).toEqual(nothing);
    expect(await desk.look(stranger.graph)).toEqual(nothing);
    const seenByScanner = await desk.look(scanner.graph);
    expect(seenByScanner).toMatchObject({ invitations: null, devices: null });
    expect(seenByScanner.members.nodes).toHaveLength(3);
    expect(seenByScanner.members.nodes.every(({ email }: any) => email === null)).toBe(true);
    expect(await desk.look(manager.graph)).toMatchObject({ invitations: null, devices: { nodes: [] } });
    const seenByOwner = await desk.look(owner.graph, { first: 2 });
    expect(seenByOwner.invitations).toMatchObject([{ email: 'late@example.org', role: 'SCANNER' }]);
    const rest = await desk.look(owner.graph, { first: 2, after: seenByOwner.members.pageInfo.endCursor });
    const emails = [...seenByOwner.members.nodes, ...rest.members.nodes].map(
      ({ email }: any): string => email,
    );
    expect(emails.sort()).toEqual([owner.email, scanner.email, manager.email].sort());
    expect(rest.members.pageInfo.hasNextPage).toBe(false);
  });

  it('refuses cursors that are none of its lists', async () => {
    for (const list of ['members', 'devices']) {
      const query = `query ($id: ID!, $after: String) { organization(id: $id) { ${list}(after: $after) { nodes { __typename } } } }`;
      expect(await badCursorsTaken(owner.graph, query, { id: organizationId })).toEqual([]);
    }
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
    expect(await desk.roles()).toEqual({ [userId]: 'OWNER' });
  });

  it('is the one of two who removed the other first', async () => {
    const second = await desk.join('OWNER');
    const answers = await Promise.all([
      owner.graph.data(REMOVE, { input: { organizationId, userId: second.userId } }),
      second.graph.data(REMOVE, { input: { organizationId, userId: owner.userId } }),
    ]);
    const types = answers.map(({ removeMember }): string => removeMember.__typename).sort();
    expect(types).toEqual(['NotPermitted', 'Organization']);
    const stored = await desk.stored();
    expect(stored?.members).toHaveLength(1);
  });

  it('is the one of two who left second', async () => {
    const second = await desk.join('OWNER');
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
    const staff = await desk.join('SCANNER');
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
    const second = await office.refreshed(await desk.join('OWNER'));
    await owner.graph.expect('Organization', REMOVE, { input: { organizationId, userId: second.userId } });
    await second.graph.expect('NotPermitted', RENAME, { input: { organizationId, name: 'Mine' } });
    await second.graph.expect('NotPermitted', INVITE, {
      input: { organizationId, email: second.email, role: 'OWNER' },
    });
  });
});
