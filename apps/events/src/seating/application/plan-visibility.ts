import { isAdmin, isMember, type Viewer } from '#security';
import type { SeatingPlan } from '../domain/seating-plan.ts';
import type { DraftsOf } from '../infrastructure/plan-document.ts';

/** To others than its organization's members a plan reads as if it did not exist until it is published. */
export function isPlanVisible(
  plan: Pick<SeatingPlan, 'status' | 'organizationId'>,
  viewer: Viewer | undefined,
): boolean {
  return plan.status === 'PUBLISHED' || isMember(viewer, plan.organizationId);
}

/** Whose drafts the viewer sees in a list. */
export function draftsFor(viewer: Viewer | undefined): DraftsOf {
  if (!viewer) return [];
  return isAdmin(viewer) ? 'everyone' : Object.keys(viewer.memberships);
}
