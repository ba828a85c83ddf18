import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  CLOCK,
  type Clock,
  fail,
  IDS,
  type IdSource,
  type InvalidInput,
  NotFound,
  type NotPermitted,
  type NotSignedIn,
  parseInput,
  type Result,
} from '#kernel';
import { requireTask, type Viewer } from '#security';
import { VenuesRepository } from '../../venues/infrastructure/venues.repository.ts';
import { draftPlan, planName, type SeatingPlan } from '../domain/seating-plan.ts';
import { PlansRepository } from '../infrastructure/plans.repository.ts';

/** Whose the plan will be, of which venue, and how it is called. */
export const planHeading = {
  organizationId: z.string().min(1).max(100),
  venueId: z.string().min(1).max(100),
  name: planName,
};

/** `plan` is checked with the venue at hand. */
const createInput = z.object({ ...planHeading, plan: z.unknown() });

export type CreatePlanFailure = InvalidInput | NotSignedIn | NotPermitted | NotFound;

/** Makes a draft of a layout that is given as a document. */
@Injectable()
export class CreateSeatingPlan {
  constructor(
    private readonly plans: PlansRepository,
    private readonly venues: VenuesRepository,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdSource,
  ) {}

  async execute(viewer: Viewer | undefined, input: unknown): Promise<Result<SeatingPlan, CreatePlanFailure>> {
    const parsed = parseInput(createInput, input);
    if (!parsed.ok) return parsed;
    const { organizationId, venueId, name, plan: layout } = parsed.value;
    const permitted = requireTask(viewer, 'MANAGE_EVENTS', organizationId);
    if (!permitted.ok) return permitted;
    const venue = await this.venues.find(venueId);
    if (!venue) return fail(new NotFound('venue', venueId));
    const identity = { id: this.ids.uuid(), organizationId, at: this.clock.now() };
    const plan = draftPlan(identity, venue, name, layout);
    if (plan.ok) await this.plans.add(plan.value);
    return plan;
  }
}
