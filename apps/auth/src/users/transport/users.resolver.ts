import { Context, Parent, Query, ResolveField, Resolver, ResolveReference } from '@nestjs/graphql';
import type { GraphContext } from '#graphql';
import { isAdmin, type Viewer } from '#security';
import type { Membership } from '../../organizations/domain/organization.ts';
import { OrganizationsRepository } from '../../organizations/infrastructure/organizations.repository.ts';
import { isLive } from '../../sessions/domain/session.ts';
import { SessionsRepository } from '../../sessions/infrastructure/sessions.repository.ts';
import type { User } from '../domain/user.ts';
import { UsersRepository } from '../infrastructure/users.repository.ts';

@Resolver('User')
export class UsersResolver {
  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly organizations: OrganizationsRepository,
  ) {}

  @Query()
  async currentUser(@Context() { viewer }: GraphContext): Promise<User | undefined> {
    if (!viewer) return undefined;
    const session = await this.sessions.find(viewer.sessionId);
    if (!session || !isLive(session, new Date())) return undefined;
    return this.users.find(viewer.userId);
  }

  @ResolveReference()
  resolveReference(
    @Parent() reference: { id: string },
    @Context() { loaders }: GraphContext,
  ): Promise<User | undefined> {
    return loaders.load(this.users.findMany, reference.id);
  }

  @ResolveField()
  email(@Parent() user: User, @Context() { viewer }: GraphContext): string | undefined {
    return maySeePrivate(viewer, user) ? user.email : undefined;
  }

  @ResolveField()
  async memberships(
    @Parent() user: User,
    @Context() { viewer, loaders }: GraphContext,
  ): Promise<Membership[]> {
    if (!maySeePrivate(viewer, user)) return [];
    return (await loaders.load(this.organizations.membershipsOfMany, user.id)) ?? [];
  }
}

/** A user who has just signed up or in has no token in that same request, but their own answer shows them whole. */
function maySeePrivate(viewer: Viewer | undefined, user: User & { isOwnAnswer?: boolean }): boolean {
  if (user.isOwnAnswer) return true;
  return viewer !== undefined && (viewer.userId === user.id || isAdmin(viewer));
}
