import { eventsPlans, type PublishedEvent, type PublishedSection } from '#contracts';
import { randomIds } from '#kernel';
import type { BoxOffice } from './box-office.ts';

/** A row of so many seats, numbered from 1, so far from the stage. */
export function row(label: string, count: number, distance: number, more: object = {}) {
  return { label, distance, runs: [{ first: 1, count, step: 1 }], accessible: [], blocked: [], ...more };
}

export type Rows = PublishedSection['rows'];

/** A plan as `events` publishes it, section by section. */
export function planOf(
  planId: string,
  sections: Readonly<Record<string, Rows>>,
): readonly PublishedSection[] {
  return Object.entries(sections).map(([sectionId, rows]) => ({
    planId,
    planVersion: 2,
    venueId: 'venue',
    organizationId: 'organization',
    sectionId,
    name: sectionId.toUpperCase(),
    sectionCount: Object.keys(sections).length,
    seats: rows.reduce(
      (sum, { runs, blocked }) => sum + runs.reduce((all, { count }) => all + count, 0) - blocked.length,
      0,
    ),
    rows,
  }));
}

export async function publishPlan(office: BoxOffice, sections: readonly PublishedSection[]): Promise<void> {
  for (const section of sections) {
    const aggregate = { id: `${section.planId}:${section.sectionId}`, version: 2 };
    await office.line.publish(eventsPlans, 'SeatingSectionPublished', aggregate, section);
  }
}

/** Ticket types that sell one section each. */
export function seatedTypes(sections: readonly PublishedSection[]): PublishedEvent['ticketTypes'] {
  return sections.map(({ sectionId, name, seats }) => ({
    ticketTypeId: randomIds.uuid(),
    name,
    basePrice: { amount: 2_000, currency: 'EUR' },
    pricing: { mode: 'FIXED' },
    capacity: seats,
    maxPerOrder: 4,
    sectionIds: [sectionId],
  }));
}

/** An event that sells every section of a new plan, known to the service with its plan. */
export async function seatedEvent(
  office: BoxOffice,
  rows: Readonly<Record<string, Rows>>,
  change: Partial<PublishedEvent> = {},
): Promise<PublishedEvent> {
  const sections = planOf(randomIds.uuid(), rows);
  await publishPlan(office, sections);
  const planId = sections[0]?.planId;
  const seats = sections.reduce((sum, section) => sum + section.seats, 0);
  return office.publish({ planId, ticketTypes: seatedTypes(sections), ...change }, seats);
}
