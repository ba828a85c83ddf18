import { Injectable } from '@nestjs/common';
import { type InvalidInput, parseInput, type Result } from '#kernel';
import type { Viewer } from '#security';
import { withoutInvitation } from '../domain/invitations.ts';
import { invitationInput, type Organization } from '../domain/organization.ts';
import { asChange, ChangeOrganization, type ChangeOrganizationFailure } from './change-organization.ts';

@Injectable()
export class RevokeInvitation {
  constructor(private readonly changeOrganization: ChangeOrganization) {}

  async execute(
    viewer: Viewer | undefined,
    input: unknown,
  ): Promise<Result<Organization, InvalidInput | ChangeOrganizationFailure>> {
    const parsed = parseInput(invitationInput, input);
    if (!parsed.ok) return parsed;
    const { organizationId, invitationId } = parsed.value;
    return this.changeOrganization.byMember(viewer, 'MANAGE_ORGANIZATION', organizationId, (organization) =>
      asChange(organization, withoutInvitation(organization, invitationId)),
    );
  }
}
