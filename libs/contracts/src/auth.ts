import { z } from 'zod';
import { fact, topic } from './fact.ts';
import { id, instant } from './values.ts';

export const ROLES = ['ATTENDEE', 'ORGANIZER', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];

export const MEMBER_ROLES = ['OWNER', 'MANAGER', 'BOX_OFFICE', 'SCANNER'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

const user = z.object({
  userId: id,
  name: z.string(),
  email: z.string(),
  roles: z.array(z.enum(ROLES)),
  createdAt: instant,
});

export const authUsers = topic('auth.users.v1', 'state', [
  fact('UserRegistered', user),
  fact('UserUpdated', user),
]);

const organization = z.object({
  organizationId: id,
  name: z.string(),
  members: z.array(z.object({ userId: id, role: z.enum(MEMBER_ROLES) })),
  createdAt: instant,
});

export const authOrganizations = topic('auth.organizations.v1', 'state', [
  fact('OrganizationCreated', organization),
  fact('MemberAdded', organization),
]);

/** The organization that owns the imported catalogue. Made by auth when it starts. */
export const CATALOGUE_ORGANIZATION_ID = 'catalogue';
