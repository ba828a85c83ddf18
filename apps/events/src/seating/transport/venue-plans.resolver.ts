import { Args, Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { z } from 'zod';
import {
  type Connection,
  type GraphContext,
  newestFirstArguments,
  orGraphError,
  toConnection,
} from '#graphql';
import { parseInput } from '#kernel';
import type { Venue } from '../../venues/domain/venue.ts';
import { draftsFor } from '../application/plan-visibility.ts';
import type { SeatingPlan } from '../domain/seating-plan.ts';
import { PlansRepository } from '../infrastructure/plans.repository.ts';

const plansArguments = z.object(newestFirstArguments);

@Resolver('Venue')
export class VenuePlansResolver {
  constructor(private readonly plans: PlansRepository) {}

  @ResolveField()
  async seatingPlans(
    @Parent() { id }: Venue,
    @Args() args: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<Connection<SeatingPlan>> {
    const page = orGraphError(parseInput(plansArguments, args));
    return toConnection(await this.plans.ofVenue(id, draftsFor(viewer), page), (plan) => plan);
  }
}
