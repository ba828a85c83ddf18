import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql';
import { type Answer, answer, type GraphContext, orGraphError } from '#graphql';
import { requireViewer } from '#security';
import { AcceptInvitation } from '../application/accept-invitation.ts';
import { ChangeMemberRole } from '../application/change-member-role.ts';
import { CreateOrganization } from '../application/create-organization.ts';
import { InviteMember } from '../application/invite-member.ts';
import { LeaveOrganization } from '../application/leave-organization.ts';
import { RemoveMember } from '../application/remove-member.ts';
import { RenameOrganization } from '../application/rename-organization.ts';
import { RevokeInvitation } from '../application/revoke-invitation.ts';
import type { Membership } from '../domain/organization.ts';
import {
  type OrganizationName,
  OrganizationsRepository,
} from '../infrastructure/organizations.repository.ts';

@Resolver()
export class OrganizationsResolver {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly createCase: CreateOrganization,
    private readonly renameCase: RenameOrganization,
    private readonly changeMemberRoleCase: ChangeMemberRole,
    private readonly removeMemberCase: RemoveMember,
    private readonly leaveCase: LeaveOrganization,
    private readonly inviteCase: InviteMember,
    private readonly revokeInvitationCase: RevokeInvitation,
    private readonly acceptInvitationCase: AcceptInvitation,
  ) {}

  @Query()
  organization(
    @Args('id') id: string,
    @Context() { loaders }: GraphContext,
  ): Promise<OrganizationName | undefined> {
    return loaders.load(this.organizations.findManyNames, id);
  }

  @Query()
  myOrganizations(@Context() { viewer }: GraphContext): Promise<Membership[]> {
    return this.organizations.membershipsOf(orGraphError(requireViewer(viewer)).userId);
  }

  @Mutation()
  async createOrganization(
    @Args('input') input: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('Organization', await this.createCase.execute(viewer, input), nameOf);
  }

  @Mutation()
  async renameOrganization(
    @Args('input') input: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('Organization', await this.renameCase.execute(viewer, input), nameOf);
  }

  @Mutation()
  async changeMemberRole(
    @Args('input') input: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('Organization', await this.changeMemberRoleCase.execute(viewer, input), nameOf);
  }

  @Mutation()
  async removeMember(@Args('input') input: unknown, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('Organization', await this.removeMemberCase.execute(viewer, input), nameOf);
  }

  @Mutation()
  async leaveOrganization(
    @Args('organizationId') organizationId: string,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('Organization', await this.leaveCase.execute(viewer, organizationId), nameOf);
  }

  @Mutation()
  async inviteMember(@Args('input') input: unknown, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('Invitation', await this.inviteCase.execute(viewer, input), (invitation) => invitation);
  }

  @Mutation()
  async revokeInvitation(
    @Args('input') input: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('Organization', await this.revokeInvitationCase.execute(viewer, input), nameOf);
  }

  @Mutation()
  async acceptInvitation(@Args('code') code: string, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer(
      'Membership',
      await this.acceptInvitationCase.execute(viewer, { code }),
      (joined) => joined,
    );
  }
}

/** What is not for everybody is resolved field by field, each asking who looks. */
function nameOf({ id, name, createdAt }: OrganizationName): OrganizationName {
  return { id, name, createdAt };
}
