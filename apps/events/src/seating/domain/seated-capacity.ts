import { fail, InvalidInput, ok, type Result } from '#kernel';
import type { PlanStatus } from './seating-plan.ts';

export interface SellableSection {
  readonly name: string;
  /** Seats that can be sold: all but the blocked. */
  readonly seats: number;
}

/** What an event that is sold by seats needs to know of its plan. */
export interface SellablePlan {
  readonly organizationId: string;
  readonly venueId: string;
  readonly status: PlanStatus;
  /** By section id. */
  readonly sections: ReadonlyMap<string, SellableSection>;
}

/** Whose event it is and where, as far as its plan is concerned. */
export interface SeatedEvent {
  readonly organizationId: string;
  readonly venueId?: string;
}

/** The sections that an event may sell: those of a published plan of its own organization for its own venue. */
export function sectionsFor(
  plan: SellablePlan | undefined,
  { organizationId, venueId }: SeatedEvent,
): Result<SellablePlan['sections'], InvalidInput> {
  // A stranger's plan reads as none at all.
  if (!plan || plan.organizationId !== organizationId)
    return refuse('planId', 'the organization has no such plan');
  if (plan.venueId !== venueId) return refuse('planId', "the plan is of another venue than the event's");
  if (plan.status !== 'PUBLISHED') return refuse('planId', 'the plan is not published yet');
  return ok(plan.sections);
}

/**
 * What each ticket type can sell: the seats of its sections. Undefined for a ticket type without sections, whose own
 * capacity stands. A section is sold by one ticket type at most, so that no seat is sold twice.
 */
export function seatedCapacity(
  sections: SellablePlan['sections'],
  ticketTypes: readonly { readonly sectionIds?: readonly string[] }[],
): Result<(number | undefined)[], InvalidInput> {
  const soldBy = new Map<string, number>();
  const capacities: (number | undefined)[] = [];
  for (const [i, { sectionIds }] of ticketTypes.entries()) {
    if (sectionIds?.length === 0)
      return refuse(`ticketTypes.${i}.sectionIds`, 'name at least one section, or leave them out');
    let seats = 0;
    for (const [j, sectionId] of (sectionIds ?? []).entries()) {
      const field = `ticketTypes.${i}.sectionIds.${j}`;
      const section = sections.get(sectionId);
      if (!section) return refuse(field, `the plan has no section ${sectionId}`);
      const seller = soldBy.get(sectionId);
      if (seller !== undefined)
        return refuse(field, `section ${sectionId} is sold by ticketTypes.${seller} already`);
      soldBy.set(sectionId, i);
      seats += section.seats;
    }
    if (sectionIds && seats === 0)
      return refuse(`ticketTypes.${i}.sectionIds`, 'have no seat that can be sold');
    capacities.push(sectionIds ? seats : undefined);
  }
  return ok(capacities);
}

function refuse(field: string, message: string): Result<never, InvalidInput> {
  return fail(new InvalidInput(field, `${field}: ${message}`));
}
