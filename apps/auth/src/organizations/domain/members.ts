import type { MemberRole } from '#contracts';
import { fail, NotFound, ok, type Result } from '#kernel';
import { LastOwner, LimitReached, MAX_MEMBERS, type Member, type Organization } from './organization.ts';

/** Rules about who is in an organization. Each gives the next version, or the same organization where nothing changes. */

export interface NewOrganization {
  readonly id: string;
  readonly name: string;
  /** `createdAt` is when they found it. */
  readonly owner: { readonly userId: string; readonly createdAt: Date };
  readonly slot: number;
}

export function newOrganization({ id, name, owner, slot }: NewOrganization): Organization {
  const { userId, createdAt } = owner;
  return {
    id,
    version: 1,
    name,
    members: [{ userId, role: 'OWNER', joinedAt: createdAt, slot }],
    createdAt,
  };
}

export function memberOf({ members }: Organization, userId: string): Member | undefined {
  return members.find((member) => member.userId === userId);
}

export function renamed(organization: Organization, name: string): Organization {
  return organization.name === name ? organization : changed(organization, { name });
}

export function withMember(organization: Organization, member: Member): Result<Organization, LimitReached> {
  if (memberOf(organization, member.userId)) return ok(organization);
  if (organization.members.length >= MAX_MEMBERS) return fail(new LimitReached('members', MAX_MEMBERS));
  return ok(changed(organization, { members: [...organization.members, member] }));
}

export function withMemberRole(
  organization: Organization,
  userId: string,
  role: MemberRole,
): Result<Organization, NotFound | LastOwner> {
  const member = memberOf(organization, userId);
  if (!member) return fail(new NotFound('member', userId));
  if (member.role === role) return ok(organization);
  if (isLastOwner(organization, member)) return fail(new LastOwner());
  const members = organization.members.map((one) => (one === member ? { ...one, role } : one));
  return ok(changed(organization, { members }));
}

export function withoutMember(
  organization: Organization,
  userId: string,
): Result<Organization, NotFound | LastOwner> {
  const member = memberOf(organization, userId);
  if (!member) return fail(new NotFound('member', userId));
  if (isLastOwner(organization, member)) return fail(new LastOwner());
  return ok(changed(organization, { members: organization.members.filter((one) => one !== member) }));
}

function isLastOwner({ members }: Organization, member: Member): boolean {
  return member.role === 'OWNER' && members.every((one) => one === member || one.role !== 'OWNER');
}

export function changed(organization: Organization, change: Partial<Organization>): Organization {
  return { ...organization, ...change, version: organization.version + 1 };
}
