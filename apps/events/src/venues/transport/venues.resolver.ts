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
import { RELEVANCE_KEY } from '../../search/search-page.ts';
import { searchText } from '../../search/search-words.ts';
import { CreateVenue } from '../application/create-venue.ts';
import { UpdateVenue } from '../application/update-venue.ts';
import type { Venue } from '../domain/venue.ts';
import { NAME_KEY, VenuesRepository } from '../infrastructure/venues.repository.ts';

const venuesArguments = z.object({ search: searchText });
const byName = z.object(pageArguments(NAME_KEY));
const mostRelevantFirst = z.object(pageArguments(RELEVANCE_KEY));

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
    const { search } = orGraphError(parseInput(venuesArguments, args));
    if (search.length === 0) {
      const page = orGraphError(parseInput(byName, args));
      return toConnection(await this.repository.byName(page), (venue) => venue);
    }
    const page = orGraphError(parseInput(mostRelevantFirst, args));
    return toConnection(await this.repository.matching(search, page), (venue) => venue);
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
