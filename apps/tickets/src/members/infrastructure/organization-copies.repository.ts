import { Injectable } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { authOrganizations, type FactsOf, type MemberRole } from '#contracts';
import { copyFacts, declareCopy, type VersionedCopy } from '#persistence';
import { isAdmin, type OrganizationTask, roleAllows, type Viewer } from '#security';

export interface OrganizationCopy extends VersionedCopy {
  readonly members: readonly { readonly userId: string; readonly role: MemberRole }[];
}

export const organizationCopies = declareCopy({
  collection: 'organizations',
  topic: authOrganizations,
  copiesOf: ({ aggregateId, aggregateVersion, payload: { members } }): OrganizationCopy[] => [
    { _id: aggregateId, version: aggregateVersion, members },
  ],
});

/** Who is a member of which organization now, from `auth.organizations.v1`: newer than what a token says. */
@Injectable()
export class OrganizationCopiesRepository {
  private readonly copies: Collection<OrganizationCopy>;

  constructor(db: Db) {
    this.copies = db.collection(organizationCopies.collection);
  }

  async copy(facts: readonly FactsOf<typeof authOrganizations>[]): Promise<void> {
    await copyFacts(this.copies, organizationCopies, facts);
  }

  /**
   * Whether the viewer may do the task at this moment. For what lasts longer than a token does; one request is judged by
   * its token alone (`mayDo`). An organization that is not known here yet is judged by the token.
   */
  async mayDoNow(viewer: Viewer, task: OrganizationTask, organizationId: string): Promise<boolean> {
    if (isAdmin(viewer)) return true;
    const member = { _id: organizationId, 'members.userId': viewer.userId };
    const mine = { projection: { members: { $elemMatch: { userId: viewer.userId } } } };
    const found = await this.copies.findOne(member, mine);
    if (found) return roleAllows(found.members[0]?.role, task);
    const isKnown = (await this.copies.countDocuments({ _id: organizationId }, { limit: 1 })) > 0;
    return !isKnown && roleAllows(viewer.memberships[organizationId], task);
  }
}
