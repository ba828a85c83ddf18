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
import { answer, type Answer, type GraphContext, orGraphError } from '#graphql';
import { fail, NotFound, parseInput } from '#kernel';
import type { Venue } from '../../venues/domain/venue.ts';
import { VenuesRepository } from '../../venues/infrastructure/venues.repository.ts';
import { CreateSeatingPlan } from '../application/create-seating-plan.ts';
import { GenerateSeatingPlan } from '../application/generate-seating-plan.ts';
import { isPlanVisible } from '../application/plan-visibility.ts';
import { PublishSeatingPlan } from '../application/publish-seating-plan.ts';
import { UpdateSeatingPlan } from '../application/update-seating-plan.ts';
import { MAX_SECTIONS, type PlanLayout } from '../domain/plan-layout.ts';
import { type SectionSeats, seatMapOf } from '../domain/seat-map.ts';
import type { SeatingPlan } from '../domain/seating-plan.ts';
import { PlansRepository } from '../infrastructure/plans.repository.ts';
import { type SectionOfPlan, sectionsOfPlan } from './section-of-plan.ts';

const seatMapArguments = z.object({ sectionIds: z.array(z.string()).min(1).max(MAX_SECTIONS) });

@Resolver('SeatingPlan')
export class PlansResolver {
  constructor(
    private readonly createUseCase: CreateSeatingPlan,
    private readonly generateUseCase: GenerateSeatingPlan,
    private readonly updateUseCase: UpdateSeatingPlan,
    private readonly publishUseCase: PublishSeatingPlan,
    private readonly plans: PlansRepository,
    private readonly venues: VenuesRepository,
  ) {}

  @Query()
  async seatingPlan(
    @Args('id') id: string,
    @Context() { viewer, loaders }: GraphContext,
  ): Promise<SeatingPlan | undefined> {
    const plan = await loaders.load(this.plans.findMany, id);
    return plan && isPlanVisible(plan, viewer) ? plan : undefined;
  }

  @Mutation()
  async createSeatingPlan(
    @Args('input') input: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('SeatingPlan', await this.createUseCase.execute(viewer, input), asItIs);
  }

  @Mutation()
  async generateSeatingPlan(
    @Args('input') input: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('SeatingPlan', await this.generateUseCase.execute(viewer, input), asItIs);
  }

  @Mutation()
  async updateSeatingPlan(
    @Args('id') id: string,
    @Args('input') input: unknown,
    @Context() { viewer }: GraphContext,
  ): Promise<Answer> {
    return answer('SeatingPlan', await this.updateUseCase.execute(viewer, id, input), asItIs);
  }

  @Mutation()
  async publishSeatingPlan(@Args('id') id: string, @Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('SeatingPlan', await this.publishUseCase.execute(viewer, id), asItIs);
  }

  @ResolveReference()
  resolveReference(
    @Parent() reference: { id: string },
    @Context() context: GraphContext,
  ): Promise<SeatingPlan | undefined> {
    return this.seatingPlan(reference.id, context);
  }

  @ResolveField()
  organization(@Parent() { organizationId }: SeatingPlan): { __typename: 'Organization'; id: string } {
    return { __typename: 'Organization', id: organizationId };
  }

  @ResolveField()
  async venue(@Parent() plan: SeatingPlan, @Context() { loaders }: GraphContext): Promise<Venue> {
    const venue = await loaders.load(this.venues.findMany, plan.venueId);
    return venue ?? orGraphError(fail(new NotFound('venue', plan.venueId)));
  }

  @ResolveField()
  seats(@Parent() { sections }: SeatingPlan): number {
    return sections.reduce((sum, { seats }) => sum + seats, 0);
  }

  @ResolveField()
  sellable(@Parent() { sections }: SeatingPlan): number {
    return sections.reduce((sum, { sellable }) => sum + sellable, 0);
  }

  @ResolveField()
  accessible(@Parent() { sections }: SeatingPlan): number {
    return sections.reduce((sum, { accessible }) => sum + accessible, 0);
  }

  @ResolveField()
  sections(@Parent() plan: SeatingPlan): SectionOfPlan[] {
    return sectionsOfPlan(plan);
  }

  @ResolveField()
  section(@Parent() plan: SeatingPlan, @Args('sectionId') sectionId: string): SectionOfPlan | undefined {
    return sectionsOfPlan(plan).find((section) => section.sectionId === sectionId);
  }

  @ResolveField()
  async seatMap(
    @Parent() plan: SeatingPlan,
    @Args() args: unknown,
    @Context() context: GraphContext,
  ): Promise<SectionSeats[]> {
    const { sectionIds } = orGraphError(parseInput(seatMapArguments, args));
    return orGraphError(seatMapOf(await this.document(plan, context), sectionIds));
  }

  @ResolveField()
  async document(@Parent() { id }: SeatingPlan, @Context() { loaders }: GraphContext): Promise<PlanLayout> {
    const layout = await loaders.load(this.plans.findLayouts, id);
    return layout ?? orGraphError(fail(new NotFound('seating plan', id)));
  }
}

/** A plan needs no translation: the graph reads its fields as they are. */
function asItIs(plan: SeatingPlan): SeatingPlan {
  return plan;
}
