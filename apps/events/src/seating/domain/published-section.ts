import type { PublishedSection } from '#contracts';
import type { RowLayout, SectionLayout } from './plan-layout.ts';
import type { LaidOutPlan } from './seating-plan.ts';
import { distanceToStage, toCentimetre } from './seats.ts';

/** Key of a section's facts, and of its document. */
export function sectionKey(planId: string, sectionId: string): string {
  return `${planId}:${sectionId}`;
}

/** The whole public state of each section of a published plan, as their facts carry it. */
export function publishedSectionsOf(plan: LaidOutPlan): PublishedSection[] {
  const sellable = new Map(plan.sections.map((section) => [section.id, section.sellable]));
  return plan.layout.sections.map((section) => ({
    planId: plan.id,
    planVersion: plan.version,
    venueId: plan.venueId,
    organizationId: plan.organizationId,
    sectionId: section.id,
    name: section.name,
    sectionCount: plan.layout.sections.length,
    seats: sellable.get(section.id) ?? 0,
    rows: section.rows.map((row) => publishedRow(row, section, plan)),
  }));
}

function publishedRow(
  row: RowLayout,
  section: SectionLayout,
  { layout }: LaidOutPlan,
): PublishedSection['rows'][number] {
  return {
    label: row.label,
    distance: toCentimetre(distanceToStage(row, section, layout.stage)),
    // Neighbours of two runs count as parted, also where no aisle but only a jump of the numbers divides them.
    runs: row.runs.map(({ first, count, step = 1 }) => ({ first, count, step })),
    accessible: [...(row.accessible ?? [])],
    blocked: [...(row.blocked ?? [])],
  };
}
