import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  CLOCK,
  type Clock,
  fail,
  type InvalidInput,
  NotFound,
  ok,
  parseInput,
  type Result,
  type RetryLater,
  type WrongState,
} from '#kernel';
import type { Viewer } from '#security';
import { VenuesRepository } from '../../venues/infrastructure/venues.repository.ts';
import { planName, revisePlan, type SeatingPlan } from '../domain/seating-plan.ts';
import { PlansRepository } from '../infrastructure/plans.repository.ts';
import { beingChanged, MAX_TRIES, ownPlan, type OwnPlanFailure } from './own-plan.ts';

/** What is left out, or null, stays as it is. */
const updateInput = z.object({
  name: planName.nullish().transform((name) => name ?? undefined),
  plan: z.unknown().optional(),
});

type UpdatePlanFailure = OwnPlanFailure | InvalidInput | WrongState | RetryLater;

/** Changes a draft. */
@Injectable()
export class UpdateSeatingPlan {
  constructor(
    private readonly plans: PlansRepository,
    private readonly venues: VenuesRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(
    viewer: Viewer | undefined,
    planId: string,
    input: unknown,
  ): Promise<Result<SeatingPlan, UpdatePlanFailure>> {
    const parsed = parseInput(updateInput, input);
    if (!parsed.ok) return parsed;
    const { name, plan } = parsed.value;
    const layout = plan ?? undefined;
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const plan = await ownPlan(this.plans, viewer, planId);
      if (!plan.ok) return plan;
      const venue = await this.venues.find(plan.value.venueId);
      if (!venue) return fail(new NotFound('venue', plan.value.venueId));
      const revised = revisePlan(plan.value, venue, { name, layout });
      if (!revised.ok) return revised;
      if (await this.plans.save(plan.value, revised.value, this.clock.now())) return ok(revised.value);
    }
    return fail(beingChanged());
  }
}
