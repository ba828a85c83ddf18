import type { Filter } from 'mongodb';
import type { PublishedSection } from '#contracts';
import { outboxIndex, type Outboxed } from '#messaging';
import type { IndexDefinition } from '#persistence';
import type { LaidOutPlan, SeatingPlan } from '../domain/seating-plan.ts';

/** A plan with its layout: one document, so that a draft is changed by one write. */
export type PlanDocument = Omit<LaidOutPlan, 'id'> & {
  _id: string;
  /** Set while the plan is PUBLISHING: when that began. */
  publishingAt?: Date;
};

/**
 * A published section beside its fact. A document of its own, since one document's outbox could not hold the facts of
 * 500 sections. It never changes.
 */
export type SectionDocument = Outboxed & Pick<PublishedSection, 'planId' | 'planVersion' | 'sectionId'>;

export const PLANS_COLLECTION = 'seating_plans';
export const SECTIONS_COLLECTION = 'seating_sections';

export const planIndexes: readonly IndexDefinition[] = [
  {
    keys: { venueId: 1, createdAt: -1, _id: -1 },
    options: { name: 'venue' },
    serves: '`Venue.seatingPlans`, newest first',
  },
  {
    keys: { publishingAt: 1 },
    options: { partialFilterExpression: { publishingAt: { $exists: true } }, name: 'publishing' },
    serves: 'the sweep that takes up publications which a crash has cut off',
  },
];

export const sectionIndexes: readonly IndexDefinition[] = [outboxIndex];

/** A plan as lists and rules read it: without its layout. */
export type PlanHead = Omit<PlanDocument, 'layout'>;

export function fromHead({ _id: id, publishingAt: _at, ...fields }: PlanHead): SeatingPlan {
  return { id, ...fields };
}

export function fromDocument({ layout, ...head }: PlanDocument): LaidOutPlan {
  return { ...fromHead(head), layout };
}

export function toDocument({ id, ...fields }: LaidOutPlan): PlanDocument {
  return { _id: id, ...fields };
}

/** Whose drafts are to be seen besides what is published. */
export type DraftsOf = 'everyone' | readonly string[];

export function visibleTo(drafts: DraftsOf): Filter<PlanDocument> {
  if (drafts === 'everyone') return {};
  return { $or: [{ status: 'PUBLISHED' }, { organizationId: { $in: [...drafts] } }] };
}
