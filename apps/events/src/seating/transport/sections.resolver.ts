import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphContext } from '#graphql';
import { distanceToStage, rowSeatCount, toCentimetre } from '../domain/seats.ts';
import { PlansRepository } from '../infrastructure/plans.repository.ts';
import type { SectionOfPlan } from './section-of-plan.ts';

interface GraphRow {
  readonly label: string;
  readonly seats: number;
  readonly distance: number;
}

@Resolver('SeatingSection')
export class SectionsResolver {
  constructor(private readonly plans: PlansRepository) {}

  @ResolveField()
  async rows(
    @Parent() { planId, sectionId }: SectionOfPlan,
    @Context() { loaders }: GraphContext,
  ): Promise<GraphRow[]> {
    const layout = await loaders.load(this.plans.findLayouts, planId);
    const section = layout?.sections.find(({ id }) => id === sectionId);
    if (!layout || !section) return [];
    return section.rows.map((row) => ({
      label: row.label,
      seats: rowSeatCount(row),
      distance: toCentimetre(distanceToStage(row, section, layout.stage)),
    }));
  }
}
