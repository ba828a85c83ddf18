import type { SellableSections } from '../../seating/application/sellable-sections.ts';
import type { NamedPlan } from '../domain/sized-ticket-types.ts';

/** The seating plan that an event names; undefined for an event without one. A published plan never changes. */
export async function namedPlan(
  planId: string | undefined,
  sellable: SellableSections,
): Promise<NamedPlan | undefined> {
  return planId === undefined ? undefined : { id: planId, plan: await sellable.ofPlan(planId) };
}
