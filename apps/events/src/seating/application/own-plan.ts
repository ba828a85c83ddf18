import { fail, NotFound, type NotPermitted, NotSignedIn, ok, type Result, RetryLater } from '#kernel';
import { requireTask, type Viewer } from '#security';
import type { LaidOutPlan } from '../domain/seating-plan.ts';
import type { PlansRepository } from '../infrastructure/plans.repository.ts';
import { isPlanVisible } from './plan-visibility.ts';

export type OwnPlanFailure = NotSignedIn | NotPermitted | NotFound;

/** Times that a change is decided anew because someone else changed the plan in between. */
export const MAX_TRIES = 3;

/** The plan, if the viewer may change the plans of its organization. */
export async function ownPlan(
  plans: PlansRepository,
  viewer: Viewer | undefined,
  planId: string,
): Promise<Result<LaidOutPlan, OwnPlanFailure>> {
  if (!viewer) return fail(new NotSignedIn());
  const plan = await plans.findLaidOut(planId);
  if (!plan || !isPlanVisible(plan, viewer)) return fail(new NotFound('seating plan', planId));
  const permitted = requireTask(viewer, 'MANAGE_EVENTS', plan.organizationId);
  return permitted.ok ? ok(plan) : permitted;
}

export function beingChanged(): RetryLater {
  return new RetryLater('The seating plan is being changed by others just now.');
}
