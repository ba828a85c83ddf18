import { Context, Parent, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import type { GraphContext } from '#graphql';
import type { Membership, Organization } from '../domain/organization.ts';
import { OrganizationsRepository } from '../infrastructure/organizations.repository.ts';

@Resolver('Organization')
export class OrganizationsResolver {
  constructor(private readonly organizations: OrganizationsRepository) {}

  @ResolveReference()
  resolveReference(
    @Parent() reference: { id: string },
    @Context() { loaders }: GraphContext,
  ): Promise<Organization | undefined> {
    return loaders.load(this.organizations.findMany, reference.id);
  }
}

@Resolver('Membership')
export class MembershipsResolver {
  constructor(private readonly organizations: OrganizationsRepository) {}

  @ResolveField()
  organization(
    @Parent() membership: Membership,
    @Context() { loaders }: GraphContext,
  ): Promise<Organization | undefined> {
    return loaders.load(this.organizations.findMany, membership.organizationId);
  }
}
