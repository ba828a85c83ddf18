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
  /** The address was proved to be the user's. */
  emailVerified: z.boolean().optional(),
  disabledAt: instant.optional(),
});

export const authUsers = topic('auth.users.v1', 'state', [
  fact('UserRegistered', user),
  fact('UserUpdated', user),
  fact('UserDisabled', user),
]);

const organization = z.object({
  organizationId: id,
  name: z.string(),
  members: z.array(z.object({ userId: id, role: z.enum(MEMBER_ROLES) })),
  createdAt: instant,
});

export const authOrganizations = topic('auth.organizations.v1', 'state', [
  fact('OrganizationCreated', organization),
  fact('OrganizationUpdated', organization),
  fact('MemberAdded', organization),
  fact('MemberRemoved', organization),
  fact('RoleChanged', organization),
]);

export const DEVICE_STATUSES = ['ACTIVE', 'REVOKED'] as const;
export type DeviceStatus = (typeof DEVICE_STATUSES)[number];

const device = z.object({
  deviceId: id,
  organizationId: id,
  name: z.string(),
  /** What it may scan at: one event, or every event of one venue, or (with neither) every event of the organization. */
  eventId: id.optional(),
  venueId: id.optional(),
  status: z.enum(DEVICE_STATUSES),
  registeredAt: instant,
  revokedAt: instant.optional(),
});
export type PublicDevice = z.output<typeof device>;

/** Scanner devices. A revoked one stays known, so that the door can say so. */
export const authDevices = topic('auth.devices.v1', 'state', [
  fact('DeviceRegistered', device),
  fact('DeviceRevoked', device),
]);

/** The organization that owns the imported catalogue. Made by auth when it starts. */
export const CATALOGUE_ORGANIZATION_ID = 'catalogue';
