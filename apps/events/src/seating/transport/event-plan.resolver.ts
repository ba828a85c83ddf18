import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphContext } from '#graphql';
import type { Event } from '../../events/domain/event.ts';
import type { SeatingPlan } from '../domain/seating-plan.ts';
import { PlansRepository } from '../infrastructure/plans.repository.ts';

@Resolver('Event')
export class EventPlanResolver {
  constructor(private readonly plans: PlansRepository) {}

  @ResolveField()
  async seatingPlan(
    @Parent() { planId }: Event,
    @Context() { loaders }: GraphContext,
  ): Promise<SeatingPlan | undefined> {
    return planId === undefined ? undefined : loaders.load(this.plans.findMany, planId);
  }
}
