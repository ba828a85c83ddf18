import { Injectable } from '@nestjs/common';
import type { SellablePlan } from '../domain/seated-capacity.ts';
import { PlansRepository } from '../infrastructure/plans.repository.ts';

/** What an event that is sold by seats may sell. */
@Injectable()
export class SellableSections {
  constructor(private readonly plans: PlansRepository) {}

  /** A plan's sections with their seats; undefined when there is no such plan. */
  async ofPlan(planId: string): Promise<SellablePlan | undefined> {
    const plan = await this.plans.find(planId);
    if (!plan) return undefined;
    const { organizationId, venueId, status } = plan;
    const sections = new Map(plan.sections.map(({ id, name, sellable }) => [id, { name, seats: sellable }]));
    return { organizationId, venueId, status, sections };
  }
}
