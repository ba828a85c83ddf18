import {
  Args,
  Context,
  Mutation,
  Parent,
  Query,
  ResolveField,
  Resolver,
  ResolveReference,
} from '@nestjs/graphql';
import { z } from 'zod';
import { ROLES } from '#contracts';
import {
  type Answer,
  answer,
  type Connection,
  type GraphContext,
  newestFirstArguments,
  orGraphError,
  toConnection,
} from '#graphql';
import { parseInput } from '#kernel';
import { isAdmin, type Viewer } from '#security';
import type { Membership } from '../../organizations/domain/organization.ts';
import { OrganizationsRepository } from '../../organizations/infrastructure/organizations.repository.ts';
import { FindCurrentUser } from '../application/find-current-user.ts';
import { GrantRole } from '../application/grant-role.ts';
import { ListUsers } from '../application/list-users.ts';
import { requireAdmin } from '../application/require-admin.ts';
import { RevokeRole } from '../application/revoke-role.ts';
import { ShutOutUser } from '../application/shut-out-user.ts';
import type { User } from '../domain/user.ts';
import { UsersRepository } from '../infrastructure/users.repository.ts';

const usersArguments = z.object({
  ...newestFirstArguments,
  role: z
    .enum(ROLES)
    .nullish()
    .transform((role) => role ?? undefined),
  search: z
    .string()
    .trim()
    .min(2)
    .max(100)
    .nullish()
    .transform((search) => search ?? undefined),
});

@Resolver('User')
export class UsersResolver {
  constructor(
    private readonly users: UsersRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly findCurrentUser: FindCurrentUser,
    private readonly listUsers: ListUsers,
    private readonly grantRoleCase: GrantRole,
    private readonly revokeRoleCase: RevokeRole,
    private readonly shutOutUser: ShutOutUser,
  ) {}

  @Query()
  currentUser(@Context() { viewer }: GraphContext): Promise<User | undefined> {
    return this.findCurrentUser.execute(viewer);
  }

  @Query('users')
  async list(@Args() args: unknown, @Context() { viewer }: GraphContext): Promise<Connection<User>> {
    const { role, search, ...page } = orGraphError(parseInput(usersArguments, args));
    return toConnection(
      orGraphError(await this.listUsers.execute(viewer, { role, search }, page)),
      (user) => user,
    );
  }

  @Query()
  async user(
    @Args('id') id: string,
    @Context() { viewer, loaders }: GraphContext,
  ): Promise<User | undefined> {
    orGraphError(requireAdmin(viewer));
    return loaders.load(this.users.findMany, id);
  }

  @Mutation()
  async grantRole(@Args('input') input: unknown, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('User', await this.grantRoleCase.execute(viewer, input), (user) => user);
  }

  @Mutation()
  async revokeRole(@Args('input') input: unknown, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('User', await this.revokeRoleCase.execute(viewer, input), (user) => user);
  }

  @Mutation()
  async disableUser(@Args('userId') userId: string, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('User', await this.shutOutUser.disable(viewer, userId), (user) => user);
  }

  @Mutation()
  async enableUser(@Args('userId') userId: string, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('User', await this.shutOutUser.enable(viewer, userId), (user) => user);
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
  emailVerified(@Parent() user: User, @Context() { viewer }: GraphContext): boolean | undefined {
    return maySeePrivate(viewer, user) ? user.emailVerifiedAt !== undefined : undefined;
  }

  @ResolveField()
  disabledAt(@Parent() user: User, @Context() { viewer }: GraphContext): Date | undefined {
    return viewer && isAdmin(viewer) ? user.disabledAt : undefined;
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
