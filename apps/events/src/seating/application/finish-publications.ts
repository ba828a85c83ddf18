import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { PlansRepository } from '../infrastructure/plans.repository.ts';

/** Far longer than a publication takes that nothing has cut off. */
const CUT_OFF_AFTER_MS = 10_000;
/** Plans with their layouts that are held at once. */
const BATCH = 10;

/** Ends the publications that a crash has cut off between fixing a plan and writing its sections. */
@Injectable()
export class FinishPublications {
  constructor(
    private readonly plans: PlansRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** How many were ended. */
  async execute(): Promise<number> {
    const now = this.clock.now();
    const plans = await this.plans.cutOff(new Date(now.getTime() - CUT_OFF_AFTER_MS), BATCH);
    for (const plan of plans) await this.plans.publish(plan, now);
    return plans.length;
  }
}
