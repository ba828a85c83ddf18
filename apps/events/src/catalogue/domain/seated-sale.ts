import type { Event } from '../../events/domain/event.ts';
import type { SeatingPlan } from '../../seating/domain/seating-plan.ts';
import type { SectionGroup } from './derived-ticket-types.ts';

/** The groups of a plan's sections in the order of the plan, which is from the stage outwards. */
export function sectionGroups({
  sections,
}: SeatingPlan): (SectionGroup & { readonly sectionIds: string[] })[] {
  const groups = Map.groupBy(sections, ({ group, name }) => group ?? name);
  return [...groups].map(([name, members]) => ({
    name,
    seats: members.reduce((sum, { sellable }) => sum + sellable, 0),
    sectionIds: members.map(({ id }) => id),
  }));
}

/** An event whose ticket types sell the groups of the plan's sections, one each. */
export function seatedBy(event: Event, plan: SeatingPlan): Event {
  const groups = sectionGroups(plan);
  return {
    ...event,
    planId: plan.id,
    ticketTypes: event.ticketTypes.map((ticketType, i) => ({
      ...ticketType,
      sectionIds: groups[i]?.sectionIds,
    })),
  };
}
