import { Inject } from '@nestjs/common';
import { Args, Context, Parent, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import { z } from 'zod';
import {
  type Connection,
  type GraphContext,
  newestFirstArguments,
  orGraphError,
  pageArgumentsBy,
  toConnection,
} from '#graphql';
import {
  CLOCK,
  type Clock,
  decodeCursor,
  encodeCursor,
  type Page,
  type PageRequest,
  parseInput,
} from '#kernel';
import { isAdmin, type OrganizationTask } from '#security';
import type { Device } from '../../devices/domain/device.ts';
import { DevicesRepository } from '../../devices/infrastructure/devices.repository.ts';
import { UsersRepository } from '../../users/infrastructure/users.repository.ts';
import { isAllowed } from '../application/change-organization.ts';
import { openInvitations } from '../domain/invitations.ts';
import { memberOf } from '../domain/members.ts';
import type { Invitation, Member, Membership, Organization } from '../domain/organization.ts';
import {
  type OrganizationName,
  OrganizationsRepository,
} from '../infrastructure/organizations.repository.ts';

/** By user id: see `pageOfMembers`. */
const memberPages = z.object(pageArgumentsBy('string'));
const devicePages = z.object(newestFirstArguments);

/** A member as the graph shows them, with whether who looks may see addresses. */
interface MemberNode extends Member {
  readonly showsEmail: boolean;
}

@Resolver('Organization')
export class OrganizationFieldsResolver {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly deviceList: DevicesRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @ResolveReference()
  resolveReference(
    @Parent() reference: { id: string },
    @Context() { loaders }: GraphContext,
  ): Promise<OrganizationName | undefined> {
    return loaders.load(this.organizations.findManyNames, reference.id);
  }

  @ResolveField()
  async members(
    @Parent() { id }: OrganizationName,
    @Args() args: unknown,
    @Context() context: GraphContext,
  ): Promise<Connection<MemberNode> | undefined> {
    const page = orGraphError(parseInput(memberPages, args));
    const { viewer, loaders } = context;
    const organization = viewer && (await loaders.load(this.organizations.findMany, id));
    if (!organization || !(memberOf(organization, viewer.userId) || isAdmin(viewer))) return undefined;
    const showsEmail = isAllowed(organization, viewer, 'MANAGE_ORGANIZATION');
    return toConnection(pageOfMembers(organization.members, page), (member) => ({ ...member, showsEmail }));
  }

  @ResolveField()
  async invitations(
    @Parent() { id }: OrganizationName,
    @Context() context: GraphContext,
  ): Promise<readonly Invitation[] | undefined> {
    const organization = await this.managed(id, 'MANAGE_ORGANIZATION', context);
    return organization && openInvitations(organization, this.clock.now());
  }

  @ResolveField()
  async devices(
    @Parent() { id }: OrganizationName,
    @Args() args: unknown,
    @Context() context: GraphContext,
  ): Promise<Connection<Device> | undefined> {
    const page = orGraphError(parseInput(devicePages, args));
    const organization = await this.managed(id, 'MANAGE_DEVICES', context);
    return organization && toConnection(await this.deviceList.list(id, page), (device) => device);
  }

  /** The organization, if who looks may do the task in it. */
  private async managed(
    id: string,
    task: OrganizationTask,
    { viewer, loaders }: GraphContext,
  ): Promise<Organization | undefined> {
    const organization = viewer && (await loaders.load(this.organizations.findMany, id));
    return organization && isAllowed(organization, viewer, task) ? organization : undefined;
  }
}

@Resolver('Member')
export class MembersResolver {
  constructor(private readonly users: UsersRepository) {}

  @ResolveField()
  user(@Parent() { userId }: MemberNode, @Context() { loaders }: GraphContext): Promise<object | undefined> {
    return loaders.load(this.users.findMany, userId);
  }

  @ResolveField()
  async email(
    @Parent() { userId, showsEmail }: MemberNode,
    @Context() { loaders }: GraphContext,
  ): Promise<string | undefined> {
    return showsEmail ? (await loaders.load(this.users.findMany, userId))?.email : undefined;
  }
}

@Resolver('Membership')
export class MembershipsResolver {
  constructor(private readonly organizations: OrganizationsRepository) {}

  @ResolveField()
  organization(
    @Parent() membership: Membership,
    @Context() { loaders }: GraphContext,
  ): Promise<OrganizationName | undefined> {
    return loaders.load(this.organizations.findManyNames, membership.organizationId);
  }
}

/** By user id: it never changes, so paging neither skips nor repeats, whoever comes and goes. */
function pageOfMembers(members: readonly Member[], { first, after }: PageRequest): Page<Member> {
  const [last] = (after && decodeCursor(after, ['string'])) || [];
  const rest = members
    .filter(({ userId }) => typeof last !== 'string' || userId > last)
    .toSorted((one, other) => (one.userId < other.userId ? -1 : 1));
  const items = rest.slice(0, first);
  return {
    items,
    cursors: items.map(({ userId }) => encodeCursor([userId])),
    hasNextPage: rest.length > first,
  };
}
