import { Injectable } from '@nestjs/common';
import { type InvalidInput, parseInput, type Result } from '#kernel';
import type { Viewer } from '#security';
import { withMemberRole } from '../domain/members.ts';
import { type LastOwner, memberRoleInput, type Organization } from '../domain/organization.ts';
import { asChange, ChangeOrganization, type ChangeOrganizationFailure } from './change-organization.ts';

/** Owners give members other roles. A new role shows in the member's next access token. */
@Injectable()
export class ChangeMemberRole {
  constructor(private readonly changeOrganization: ChangeOrganization) {}

  async execute(
    viewer: Viewer | undefined,
    input: unknown,
  ): Promise<Result<Organization, InvalidInput | LastOwner | ChangeOrganizationFailure>> {
    const parsed = parseInput(memberRoleInput, input);
    if (!parsed.ok) return parsed;
    const { organizationId, userId, role } = parsed.value;
    return this.changeOrganization.byMember(viewer, 'MANAGE_ORGANIZATION', organizationId, (organization) =>
      asChange(organization, withMemberRole(organization, userId, role), 'RoleChanged'),
    );
  }
}
