import { Injectable } from '@nestjs/common';
import { type InvalidInput, parseInput, type Result } from '#kernel';
import type { Viewer } from '#security';
import { withoutMember } from '../domain/members.ts';
import { type LastOwner, memberInput, type Organization } from '../domain/organization.ts';
import { asChange, ChangeOrganization, type ChangeOrganizationFailure } from './change-organization.ts';

/** Owners remove members. It holds here at once, elsewhere with the member's next access token. */
@Injectable()
export class RemoveMember {
  constructor(private readonly changeOrganization: ChangeOrganization) {}

  async execute(
    viewer: Viewer | undefined,
    input: unknown,
  ): Promise<Result<Organization, InvalidInput | LastOwner | ChangeOrganizationFailure>> {
    const parsed = parseInput(memberInput, input);
    if (!parsed.ok) return parsed;
    const { organizationId, userId } = parsed.value;
    return this.changeOrganization.byMember(viewer, 'MANAGE_ORGANIZATION', organizationId, (organization) =>
      asChange(organization, withoutMember(organization, userId), 'MemberRemoved'),
    );
  }
}
