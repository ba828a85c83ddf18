import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, fail, ok, type Result, type RetryLater } from '#kernel';
import type { Viewer } from '#security';
import { beginPublication, type SeatingPlan } from '../domain/seating-plan.ts';
import { PlansRepository } from '../infrastructure/plans.repository.ts';
import { beingChanged, MAX_TRIES, ownPlan, type OwnPlanFailure } from './own-plan.ts';

/**
 * Publishes a plan in two steps, since its sections are documents of their own: fixes it as PUBLISHING, then writes the
 * sections with their facts and says PUBLISHED. What a crash cuts off between them, this command or the sweep ends.
 */
@Injectable()
export class PublishSeatingPlan {
  constructor(
    private readonly plans: PlansRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    planId: string,
  ): Promise<Result<SeatingPlan, OwnPlanFailure | RetryLater>> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const plan = await ownPlan(this.plans, viewer, planId);
      if (!plan.ok || plan.value.status === 'PUBLISHED') return plan;
      const now = this.clock.now();
      const begun = beginPublication(plan.value);
      const isFixed = begun === plan.value || (await this.plans.save(plan.value, begun, now));
      if (isFixed) return ok(await this.plans.publish(begun, now));
    }
    return fail(beingChanged());
  }
}
