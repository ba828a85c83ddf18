import { Injectable } from '@nestjs/common';
import type { NotFound, NotSignedIn, Result, RetryLater } from '#kernel';
import { requireViewer, type Viewer } from '#security';
import { withoutMember } from '../domain/members.ts';
import type { LastOwner, Organization } from '../domain/organization.ts';
import { asChange, ChangeOrganization } from './change-organization.ts';

@Injectable()
export class LeaveOrganization {
  constructor(private readonly changeOrganization: ChangeOrganization) {}

  async execute(
    viewer: Viewer | undefined,
    organizationId: string,
  ): Promise<Result<Organization, NotSignedIn | NotFound | LastOwner | RetryLater>> {
    const signedIn = requireViewer(viewer);
    if (!signedIn.ok) return signedIn;
    const { userId } = signedIn.value;
    return this.changeOrganization.execute(organizationId, (organization) =>
      asChange(organization, withoutMember(organization, userId), 'MemberRemoved'),
    );
  }
}
