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
import {
  answer,
  type Answer,
  type Connection,
  type GraphContext,
  orGraphError,
  pageArguments,
  toConnection,
} from '#graphql';
import { parseInput } from '#kernel';
import { searchText } from '../../search/search-words.ts';
import { CreateVenue } from '../application/create-venue.ts';
import { UpdateVenue } from '../application/update-venue.ts';
import type { Venue } from '../domain/venue.ts';
import { VenuesRepository } from '../infrastructure/venues.repository.ts';

const venuesArguments = z.object({ ...pageArguments, search: searchText });

@Resolver('Venue')
export class VenuesResolver {
  constructor(
    private readonly createVenueUseCase: CreateVenue,
    private readonly updateVenueUseCase: UpdateVenue,
    private readonly repository: VenuesRepository,
  ) {}

  @Query()
  venue(@Args('id') id: string, @Context() { loaders }: GraphContext): Promise<Venue | undefined> {
    return loaders.load(this.repository.findMany, id);
  }

  @Query()
  async venues(@Args() args: unknown): Promise<Connection<Venue>> {
    const { search, ...page } = orGraphError(parseInput(venuesArguments, args));
    return toConnection(orGraphError(await this.repository.list(search, page)), (venue) => venue);
  }

  @Mutation()
  async createVenue(@Args('input') input: unknown, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('Venue', await this.createVenueUseCase.execute(viewer, input), (venue) => venue);
  }

  @Mutation()
  async updateVenue(
    @Args('id') id: string,
    @Args('input') input: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('Venue', await this.updateVenueUseCase.execute(viewer, id, input), (venue) => venue);
  }

  @ResolveReference()
  resolveReference(
    @Parent() reference: { id: string },
    @Context() { loaders }: GraphContext,
  ): Promise<Venue | undefined> {
    return loaders.load(this.repository.findMany, reference.id);
  }

  @ResolveField()
  latitude(@Parent() venue: Venue): number | undefined {
    return venue.coordinates?.latitude;
  }

  @ResolveField()
  longitude(@Parent() venue: Venue): number | undefined {
    return venue.coordinates?.longitude;
  }

  @ResolveField()
  source(@Parent() venue: Venue): string | undefined {
    return venue.origin?.source;
  }

  @ResolveField()
  licence(@Parent() venue: Venue): string | undefined {
    return venue.origin?.licence;
  }
}
