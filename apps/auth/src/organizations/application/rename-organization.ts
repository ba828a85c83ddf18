import { Injectable } from '@nestjs/common';
import { type InvalidInput, parseInput, type Result } from '#kernel';
import type { Viewer } from '#security';
import { renamed } from '../domain/members.ts';
import { type Organization, renameOrganizationInput } from '../domain/organization.ts';
import { ChangeOrganization, type ChangeOrganizationFailure } from './change-organization.ts';

@Injectable()
export class RenameOrganization {
  constructor(private readonly changeOrganization: ChangeOrganization) {}

  async execute(
    viewer: Viewer | undefined,
    input: unknown,
  ): Promise<Result<Organization, InvalidInput | ChangeOrganizationFailure>> {
    const parsed = parseInput(renameOrganizationInput, input);
    if (!parsed.ok) return parsed;
    const { organizationId, name } = parsed.value;
    return this.changeOrganization.byMember(
      viewer,
      'MANAGE_ORGANIZATION',
      organizationId,
      (organization) => ({
        organization: renamed(organization, name),
        fact: 'OrganizationUpdated',
      }),
    );
  }
}
