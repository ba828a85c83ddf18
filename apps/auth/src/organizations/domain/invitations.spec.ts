import { unwrap } from '#kernel';
import { newCode, readCode } from '../../one-time-codes/domain/one-time-code.ts';
import {
  accepted,
  invitationFor,
  openInvitations,
  withInvitation,
  withInvitationCode,
} from './invitations.ts';
import { newOrganization } from './members.ts';
import { MAX_OPEN_INVITATIONS, type Organization } from './organization.ts';

const DAY_MS = 24 * 3_600_000;
const now = new Date('2027-01-01T12:00:00Z');
const later = (ms: number): Date => new Date(now.getTime() + ms);
const globe = newOrganization({
  id: 'globe',
  name: 'Globe',
  owner: { userId: 'owner', createdAt: now },
  slot: 0,
});

function inviting(organization: Organization, id: string, email: string, at = now) {
  const about = { id, email, role: 'SCANNER', invitedBy: 'owner' } as const;
  return withInvitation(organization, invitationFor(about, at), at);
}

describe('an invitation', () => {
  it('makes a member by its own code, within seven days, once', () => {
    const code = newCode(later(7 * DAY_MS));
    const given = readCode(code.text)!;
    const open = withInvitationCode(
      unwrap(inviting(globe, code.kept.id, 'a@example.org')),
      code.kept.id,
      code.kept,
    );
    const guest = { userId: 'guest', slot: 3 };
    const joined = accepted(open, given, guest, later(7 * DAY_MS - 1)).organization;
    expect(joined.members.at(-1)).toMatchObject({ userId: 'guest', role: 'SCANNER', slot: 3 });
    expect(joined.invitations).toEqual([]);
    expect(accepted(joined, given, guest, now)).toEqual({ organization: joined });
    const other = accepted(joined, given, { ...guest, userId: 'other' }, now);
    expect(other).toMatchObject({ organization: joined, failure: { code: 'INVALID_CODE' } });
    expect(accepted(open, given, guest, later(7 * DAY_MS)).failure?.code).toBe('INVALID_CODE');
  });

  it('leaves the role of who is a member already', () => {
    const code = newCode(later(DAY_MS));
    const open = withInvitationCode(
      unwrap(inviting(globe, code.kept.id, 'a@example.org')),
      code.kept.id,
      code.kept,
    );
    const { organization } = accepted(open, readCode(code.text)!, { userId: 'owner', slot: 0 }, now);
    expect(organization).toMatchObject({ members: [{ userId: 'owner', role: 'OWNER' }], invitations: [] });
  });

  it('is nothing before its mail is written', () => {
    const code = newCode(later(DAY_MS));
    const silent = unwrap(inviting(globe, code.kept.id, 'a@example.org'));
    expect(accepted(silent, readCode(code.text)!, { userId: 'guest', slot: 0 }, now).failure?.code).toBe(
      'INVALID_CODE',
    );
  });

  it('is one of at most 100 open ones, among which those that have expired do not count', () => {
    let full = globe;
    for (let i = 0; i < MAX_OPEN_INVITATIONS; i++)
      full = unwrap(inviting(full, `i${i}`, `g${i}@example.org`));
    expect(inviting(full, 'more', 'more@example.org')).toMatchObject({ failure: { limit: 'invitations' } });
    expect(unwrap(inviting(full, 'again', 'g7@example.org')).invitations).toHaveLength(100);
    const next = unwrap(inviting(full, 'more', 'more@example.org', later(8 * DAY_MS)));
    expect(openInvitations(next, later(8 * DAY_MS)).map(({ id }) => id)).toEqual(['more']);
  });

  it('is one of at most 200 mails in a day', () => {
    let busy = globe;
    for (let i = 0; i < 200; i++) busy = unwrap(inviting(busy, `i${i}`, 'same@example.org'));
    expect(inviting(busy, 'x', 'same@example.org')).toMatchObject({
      failure: { limit: 'invitationsPerDay', max: 200 },
    });
    expect(inviting(busy, 'x', 'same@example.org', later(DAY_MS)).ok).toBe(true);
  });
});
