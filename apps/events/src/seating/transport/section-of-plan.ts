import type { SectionSummary } from '../domain/plan-summary.ts';
import type { SeatingPlan } from '../domain/seating-plan.ts';

/** A section as the graph shows it, beside the plan that it belongs to. Its rows are read only where they are asked for. */
export type SectionOfPlan = Omit<SectionSummary, 'id' | 'rows'> & {
  readonly sectionId: string;
  readonly planId: string;
};

export function sectionsOfPlan({ id: planId, sections }: SeatingPlan): SectionOfPlan[] {
  return sections.map(({ id: sectionId, rows: _rows, ...section }) => ({ ...section, sectionId, planId }));
}
