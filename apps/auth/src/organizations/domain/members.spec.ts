import fc from 'fast-check';
import { MEMBER_ROLES } from '#contracts';
import { memberOf, newOrganization, renamed, withMember, withMemberRole, withoutMember } from './members.ts';
import { MAX_MEMBERS, type Organization } from './organization.ts';

const now = new Date('2027-01-01T12:00:00Z');
const founded = newOrganization({
  id: 'globe',
  name: 'Globe',
  owner: { userId: 'u0', createdAt: now },
  slot: 0,
});

const person = fc.constantFrom('u0', 'u1', 'u2', 'u3');
const step = fc.oneof(
  fc.record({ does: fc.constant('join' as const), userId: person, role: fc.constantFrom(...MEMBER_ROLES) }),
  fc.record({ does: fc.constant('change' as const), userId: person, role: fc.constantFrom(...MEMBER_ROLES) }),
  fc.record({ does: fc.constant('leave' as const), userId: person }),
);

function after(organization: Organization, change: typeof step extends fc.Arbitrary<infer S> ? S : never) {
  switch (change.does) {
    case 'join':
      return withMember(organization, {
        userId: change.userId,
        role: change.role,
        joinedAt: now,
        slot: 0,
      });
    case 'change':
      return withMemberRole(organization, change.userId, change.role);
    case 'leave':
      return withoutMember(organization, change.userId);
  }
}

describe('the members of an organization', () => {
  it('have an owner among them, each once, whatever is tried; every change is a new version', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let organization = founded;
        for (const change of steps) {
          const result = after(organization, change);
          if (!result.ok) {
            expect(['LAST_OWNER', 'NOT_FOUND']).toContain(result.failure.code);
            continue;
          }
          const rises = result.value === organization ? 0 : 1;
          expect(result.value.version).toBe(organization.version + rises);
          organization = result.value;
          const ids = organization.members.map(({ userId }) => userId);
          expect(new Set(ids).size).toBe(ids.length);
          expect(organization.members.some(({ role }) => role === 'OWNER')).toBe(true);
        }
      }),
    );
  });

  it('are at most 500', () => {
    let organization = founded;
    for (let i = 1; i < MAX_MEMBERS; i++) {
      const joined = withMember(organization, { userId: `m${i}`, role: 'SCANNER', joinedAt: now, slot: 0 });
      if (joined.ok) organization = joined.value;
    }
    expect(organization.members).toHaveLength(MAX_MEMBERS);
    const one = { userId: 'too many', role: 'SCANNER', joinedAt: now, slot: 0 } as const;
    expect(withMember(organization, one)).toMatchObject({ failure: { limit: 'members', max: MAX_MEMBERS } });
    expect(memberOf(organization, 'too many')).toBeUndefined();
  });

  it('are not changed by the name they have already', () => {
    expect(renamed(founded, 'Globe')).toBe(founded);
    expect(renamed(founded, 'Rose')).toMatchObject({ name: 'Rose', version: 2 });
  });
});
