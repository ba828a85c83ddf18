import { z } from 'zod';
import type { MemberRole } from '#contracts';
import { MEMBER_ROLES } from '#contracts';
import { Failure } from '#kernel';
import type { MailAllowance } from '../../mail/domain/mail-allowance.ts';
import type { GivenCode, OneTimeCode } from '../../one-time-codes/domain/one-time-code.ts';

/** All of these bound one document. */
export const MAX_MEMBERS = 500;
export const MAX_OPEN_INVITATIONS = 100;
/** Organizations that one user may be a member of. */
export const MAX_MEMBERSHIPS = 20;

/** Owns events. Its members act for it, each with one role; at least one of them is an owner. */
export interface Organization {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly members: readonly Member[];
  readonly createdAt: Date;
  /** Those that are neither accepted nor revoked. Some may have expired. */
  readonly invitations?: readonly Invitation[];
  readonly invitationMails?: MailAllowance;
}

export interface Member {
  readonly userId: string;
  readonly role: MemberRole;
  readonly joinedAt: Date;
  /**
   * Which of the user's MAX_MEMBERSHIPS places this membership takes: a unique index on user and slot bounds how many
   * organizations one user is in, whatever happens at the same time.
   */
  readonly slot: number;
  /** The invitation that they came by, so that accepting it again is answered as the first time. */
  readonly cameBy?: GivenCode;
}

export interface Membership {
  readonly organizationId: string;
  readonly role: MemberRole;
}

export interface Invitation {
  readonly id: string;
  /** As `normalizeEmail` gives it; one open invitation for each. */
  readonly email: string;
  readonly role: MemberRole;
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Absent until its mail has been written. */
  readonly code?: OneTimeCode;
}

export class LastOwner extends Failure {
  readonly code = 'LAST_OWNER';

  constructor() {
    super('An organization keeps at least one owner: make another member an owner first.');
  }
}

export class LimitReached extends Failure {
  readonly code = 'LIMIT_REACHED';

  constructor(
    readonly limit: 'members' | 'organizations' | 'invitations' | 'invitationsPerDay' | 'devices',
    readonly max: number,
  ) {
    super(`There are ${max} of these already (${limit}), and there may be no more.`);
  }
}

const id = z.string().min(1).max(100);
const organizationName = z.string().trim().min(1).max(100);
const memberRole = z.enum(MEMBER_ROLES);

export const createOrganizationInput = z.object({ name: organizationName });
export const renameOrganizationInput = z.object({ organizationId: id, name: organizationName });
export const memberRoleInput = z.object({ organizationId: id, userId: id, role: memberRole });
export const memberInput = z.object({ organizationId: id, userId: id });
export const invitationInput = z.object({ organizationId: id, invitationId: id });
export const acceptInvitationInput = z.object({ code: z.string().max(100) });
