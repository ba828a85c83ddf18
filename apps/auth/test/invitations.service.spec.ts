import { FrontOffice, type Person } from './front-office.ts';
import { ACCEPT, INVITE, REMOVE, REVOKE, OrganizationDesk } from './organization-desk.ts';

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

describe('an invitation', () => {
  it('makes whoever has its code a member, and verifies their address if it went there', async () => {
    const guest = await office.signUp();
    const code = await desk.invite(guest.email, 'BOX_OFFICE');
    const first = await guest.graph.expect('Membership', ACCEPT, { code });
    expect(first).toMatchObject({ role: 'BOX_OFFICE', organization: { id: organizationId } });
    expect(await guest.graph.expect('Membership', ACCEPT, { code: code.toLowerCase() })).toEqual(first);
    const { currentUser } = await guest.graph.data(`{ currentUser { emailVerified } }`);
    expect(currentUser.emailVerified).toBe(true);
    const other = await office.signUp();
    await other.graph.expect('InvalidCode', ACCEPT, { code });
    expect((await desk.look(owner.graph)).invitations).toEqual([]);
  });

  it('verifies nothing for an account of another address', async () => {
    const guest = await office.signUp();
    await guest.graph.expect('Membership', ACCEPT, {
      code: await desk.invite(`at-${guest.email}`, 'SCANNER'),
    });
    const { currentUser } = await guest.graph.data(`{ currentUser { emailVerified } }`);
    expect(currentUser.emailVerified).toBe(false);
  });

  it('makes one member, however many accept it at once', async () => {
    const guests = await Promise.all([1, 2, 3, 4].map(() => office.signUp()));
    const code = await desk.invite('anybody@example.org', 'SCANNER');
    const answers = await Promise.all(guests.map(({ graph }) => graph.data(ACCEPT, { code })));
    const types = answers.map(({ acceptInvitation }) => acceptInvitation.__typename);
    expect(types.filter((type) => type === 'Membership')).toHaveLength(1);
    expect(Object.keys(await desk.roles())).toHaveLength(2);
    const guest = await office.signUp();
    const own = await desk.invite(guest.email, 'SCANNER');
    const twice = await Promise.all(
      [1, 2, 3].map(() => guest.graph.expect('Membership', ACCEPT, { code: own })),
    );
    expect(new Set(twice.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(Object.keys(await desk.roles())).toHaveLength(3);
  });

  it('takes the place of an earlier one to the same address', async () => {
    const guest = await office.signUp();
    const first = await desk.invite(guest.email, 'SCANNER');
    const second = await desk.invite(guest.email, 'MANAGER', 2);
    expect((await desk.look(owner.graph)).invitations).toHaveLength(1);
    await guest.graph.expect('InvalidCode', ACCEPT, { code: first });
    expect(await guest.graph.expect('Membership', ACCEPT, { code: second })).toMatchObject({
      role: 'MANAGER',
    });
  });

  it('is worthless once revoked, and after five wrong codes', async () => {
    const guest = await office.signUp();
    const code = await desk.invite(guest.email, 'SCANNER');
    const [invitation] = (await desk.look(owner.graph)).invitations;
    const input = { organizationId, invitationId: invitation.id };
    await guest.graph.expect('NotPermitted', REVOKE, { input });
    await owner.graph.expect('Organization', REVOKE, { input });
    await owner.graph.expect('NotFound', REVOKE, { input });
    await guest.graph.expect('InvalidCode', ACCEPT, { code });

    const guessed = await desk.invite(guest.email, 'SCANNER', 2);
    const wrong = `${guessed.slice(0, -4)}0000`;
    for (let tries = 0; tries < 5; tries++) await guest.graph.expect('InvalidCode', ACCEPT, { code: wrong });
    await guest.graph.expect('InvalidCode', ACCEPT, { code: guessed });
  });

  it('expires after seven days', async () => {
    const guest = await office.signUp();
    const code = await desk.invite(guest.email, 'SCANNER');
    await office.service.db
      .collection<{ _id: string }>('organizations')
      .updateOne({ _id: organizationId }, { $set: { 'invitations.0.code.expiresAt': new Date() } });
    await guest.graph.expect('InvalidCode', ACCEPT, { code });
  });

  it('does not keep its code', async () => {
    const code = await desk.invite('kept@example.org', 'SCANNER');
    const stored = await desk.stored();
    expect(JSON.stringify(stored)).not.toContain(code.split('-')[1]);
    expect(await office.service.db.collection('mail_intents').countDocuments({ kind: 'INVITATION' })).toBe(0);
  });

  it('does not bring back who was removed', async () => {
    const guest = await office.signUp();
    const code = await desk.invite(guest.email, 'SCANNER');
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
