import { z } from 'zod';
import { fail, type InvalidInput, ok, parseInput, type Result, WrongState } from '#kernel';
import { checkedLayout } from './layout-checks.ts';
import { type PlanLayout, planLayout } from './plan-layout.ts';
import { type SectionSummary, summaryOf } from './plan-summary.ts';

/**
 * A draft may be changed. PUBLISHING is a moment: the plan is fixed and its sections are being written; if a crash
 * ends that, it is taken up again. A published plan never changes: tickets name its seats. A changed house is a new plan.
 */
export const PLAN_STATUSES = ['DRAFT', 'PUBLISHING', 'PUBLISHED'] as const;
export type PlanStatus = (typeof PLAN_STATUSES)[number];

/** How a venue is seated for one organization, without the rows: what lists, rules and prices need. */
export interface SeatingPlan {
  readonly id: string;
  /** Rises by one with each change. */
  readonly version: number;
  /** Whose it is: its members alone change it, and its events alone use it. The venue may be another's. */
  readonly organizationId: string;
  readonly venueId: string;
  readonly name: string;
  readonly status: PlanStatus;
  readonly stage: PlanLayout['stage'];
  readonly bounds: PlanLayout['bounds'];
  readonly sections: readonly SectionSummary[];
  readonly createdAt: Date;
  readonly publishedAt?: Date;
}

/** A plan with its rows. They are large, and only drawing and publishing needs them. */
export interface LaidOutPlan extends SeatingPlan {
  readonly layout: PlanLayout;
}

export const planName = z.string().trim().min(1).max(100);

export interface PlanIdentity {
  readonly id: string;
  readonly organizationId: string;
  readonly at: Date;
}

/** What a plan needs to know of its venue. */
export interface SeatedVenue {
  readonly id: string;
  /** People. */
  readonly capacity: number;
}

/** A new plan of an unchecked layout. `field` is the name that errors give to the layout. */
export function draftPlan(
  { id, organizationId, at }: PlanIdentity,
  venue: SeatedVenue,
  name: string,
  layout: unknown,
  field = 'plan',
): Result<LaidOutPlan, InvalidInput> {
  const checked = layoutFor(venue, layout, field);
  if (!checked.ok) return checked;
  return ok({
    id,
    version: 1,
    organizationId,
    venueId: venue.id,
    name,
    status: 'DRAFT',
    ...described(checked.value),
    createdAt: at,
  });
}

/** A draft under another name, or with another layout. */
export function revisePlan(
  plan: LaidOutPlan,
  venue: SeatedVenue,
  { name = plan.name, layout }: { readonly name?: string; readonly layout?: unknown },
): Result<LaidOutPlan, InvalidInput | WrongState> {
  if (plan.status !== 'DRAFT')
    return fail(
      new WrongState(plan.status, 'A published plan stays as it is: make a new one from its document.'),
    );
  const checked = layout === undefined ? ok(plan.layout) : layoutFor(venue, layout, 'plan');
  if (!checked.ok) return checked;
  return ok({ ...plan, name, ...described(checked.value), version: plan.version + 1 });
}

/** Fixes a draft, so that its sections can be written. Of a plan that is past that it gives that same plan. */
export function beginPublication(plan: LaidOutPlan): LaidOutPlan {
  return plan.status === 'DRAFT' ? { ...plan, status: 'PUBLISHING', version: plan.version + 1 } : plan;
}

/** The plan once all of its sections are written. They carry the version that this gives. */
export function completePublication<P extends SeatingPlan>(plan: P, at: Date): P {
  return { ...plan, status: 'PUBLISHED', version: plan.version + 1, publishedAt: at };
}

function layoutFor(venue: SeatedVenue, layout: unknown, field: string): Result<PlanLayout, InvalidInput> {
  const parsed = parseInput(z.object({ [field]: planLayout }), { [field]: layout });
  if (!parsed.ok) return parsed;
  return checkedLayout(parsed.value[field] as PlanLayout, venue.capacity, field);
}

function described(layout: PlanLayout): Pick<LaidOutPlan, 'stage' | 'bounds' | 'sections' | 'layout'> {
  return { stage: layout.stage, bounds: layout.bounds, sections: summaryOf(layout), layout };
}
