import fc from 'fast-check';
import { MEMBER_ROLES, type MemberRole } from '#contracts';
import { mayDo, ORGANIZATION_TASKS, type OrganizationTask, requireTask, type Viewer } from './viewer.ts';

const viewer: Viewer = {
  userId: 'ada',
  name: 'Ada',
  email: 'ada@example.org',
  roles: ['ATTENDEE'],
  memberships: {},
  sessionId: 'session',
};
const everyone: readonly MemberRole[] = MEMBER_ROLES;

/** Written out, so that a change of the rules is seen as one. */
const MAY: Record<OrganizationTask, readonly MemberRole[]> = {
  MANAGE_ORGANIZATION: ['OWNER'],
  MANAGE_DEVICES: ['OWNER', 'MANAGER'],
  MANAGE_EVENTS: ['OWNER', 'MANAGER'],
  REFUND: ['OWNER', 'MANAGER'],
  ISSUE_COMPLIMENTARY: ['OWNER', 'MANAGER'],
  SELL_AT_DOOR: ['OWNER', 'MANAGER', 'BOX_OFFICE'],
  WATCH_SALES: ['OWNER', 'MANAGER', 'BOX_OFFICE'],
  SCAN: ['OWNER', 'MANAGER', 'BOX_OFFICE', 'SCANNER'],
};

describe('what a member may do', () => {
  it('is decided for every task', () => {
    expect(Object.keys(MAY).sort()).toEqual([...ORGANIZATION_TASKS].sort());
  });

  it.each(ORGANIZATION_TASKS.flatMap((task) => everyone.map((role) => [role, task] as const)))(
    '%s: %s',
    (role, task) => {
      const member = { ...viewer, memberships: { house: role } };
      expect(mayDo(member, task, 'house')).toBe(MAY[task].includes(role));
      expect(requireTask(member, task, 'house').ok).toBe(MAY[task].includes(role));
      expect(mayDo(member, task, 'another house')).toBe(false);
    },
  );

  it('is nothing without signing in, and everything for an admin', () => {
    for (const task of ORGANIZATION_TASKS) {
      expect(requireTask(undefined, task, 'house')).toMatchObject({ failure: { code: 'NOT_SIGNED_IN' } });
      expect(requireTask(viewer, task, 'house')).toMatchObject({ failure: { code: 'NOT_PERMITTED' } });
      expect(mayDo({ ...viewer, roles: ['ADMIN'] }, task, 'house')).toBe(true);
    }
  });

  it('never reaches beyond the organizations of the token, whatever they are called', () => {
    const names = fc.oneof(
      fc.string(),
      fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty'),
    );
    const memberships = fc.dictionary(names, fc.constantFrom(...MEMBER_ROLES));
    fc.assert(
      fc.property(memberships, names, fc.constantFrom(...ORGANIZATION_TASKS), (all, asked, task) => {
        const role = Object.hasOwn(all, asked) ? all[asked] : undefined;
        const expected = role !== undefined && MAY[task].includes(role);
        expect(mayDo({ ...viewer, memberships: all }, task, asked)).toBe(expected);
      }),
    );
  });
});
