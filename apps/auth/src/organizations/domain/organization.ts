import type { MemberRole } from '#contracts';

/** Owns events. Its members act for it, each with one role. */
export interface Organization {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly members: readonly Member[];
  readonly createdAt: Date;
}

export interface Member {
  readonly userId: string;
  readonly role: MemberRole;
}

export interface Membership {
  readonly organizationId: string;
  readonly role: MemberRole;
}
