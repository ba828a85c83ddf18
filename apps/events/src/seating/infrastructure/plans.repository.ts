import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { eventsPlans } from '#contracts';
import type { Page, PageRequest } from '#kernel';
import { FactFactory, type NewDocument, OutboxRelay } from '#messaging';
import { ensureIndexes, newestFirst } from '#persistence';
import { insertAbsent } from '../../persistence/insert-absent.ts';
import type { PlanLayout } from '../domain/plan-layout.ts';
import { publishedSectionsOf, sectionKey } from '../domain/published-section.ts';
import { completePublication, type LaidOutPlan, type SeatingPlan } from '../domain/seating-plan.ts';
import {
  type DraftsOf,
  fromDocument,
  fromHead,
  type PlanDocument,
  type PlanHead,
  planIndexes,
  PLANS_COLLECTION,
  type SectionDocument,
  sectionIndexes,
  SECTIONS_COLLECTION,
  toDocument,
  visibleTo,
} from './plan-document.ts';

const WITHOUT_LAYOUT = { layout: 0 } as const;
/** Sections whose waiting facts are handed to the relay in one go. */
const WAITING_AT_ONCE = 2_000;

/** Keeps plans, and their published sections together with the facts of them. */
@Injectable()
export class PlansRepository implements OnModuleInit {
  private readonly plans: Collection<PlanDocument>;
  private readonly sections: Collection<SectionDocument>;

  constructor(
    db: Db,
    private readonly facts: FactFactory,
    private readonly relay: OutboxRelay,
  ) {
    this.plans = db.collection(PLANS_COLLECTION);
    this.sections = db.collection(SECTIONS_COLLECTION);
    relay.watch(SECTIONS_COLLECTION);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.plans, planIndexes);
    await ensureIndexes(this.sections, sectionIndexes);
  }

  async add(plan: LaidOutPlan): Promise<void> {
    await this.plans.insertOne(toDocument(plan));
  }

  /** Writes a plan's next version, provided that it is still what `before` shows. False when it is not. */
  async save(before: SeatingPlan, after: LaidOutPlan, now: Date): Promise<boolean> {
    const { _id, ...fields } = toDocument(after);
    const { matchedCount } = await this.plans.updateOne(
      { _id, organizationId: before.organizationId, status: before.status, version: before.version },
      { $set: { ...fields, ...(after.status === 'PUBLISHING' ? { publishingAt: now } : {}) } },
    );
    return matchedCount > 0;
  }

  /**
   * The second half of a publication: writes the sections of a plan that is PUBLISHING with their facts, then says in
   * the plan that it is published. Each step may be repeated, so whoever finds a plan between the two ends it.
   */
  async publish(plan: LaidOutPlan, now: Date): Promise<SeatingPlan> {
    const published = completePublication(plan, now);
    await this.relay.insertAbsent(SECTIONS_COLLECTION, this.sectionsOf(published));
    await this.plans.updateOne(
      { _id: plan.id, organizationId: plan.organizationId, status: 'PUBLISHING', version: plan.version },
      {
        $set: { status: 'PUBLISHED', version: published.version, publishedAt: now },
        $unset: { publishingAt: '' },
      },
    );
    return (await this.find(plan.id)) ?? published;
  }

  /**
   * Adds published plans that are not there yet, with the facts of their sections, and says which. The facts wait for
   * `publishWaitingFacts`, or for the relay's sweep.
   */
  async addPublishedAbsent(plans: readonly LaidOutPlan[]): Promise<ReadonlySet<string>> {
    for (const plan of plans) {
      const sections = this.sectionsOf(plan).map(({ document, facts }) => ({
        ...document,
        ...this.relay.heldBack(facts),
      }));
      await insertAbsent(this.sections, sections);
    }
    return insertAbsent(this.plans, plans.map(toDocument));
  }

  /** Plans that have been PUBLISHING since before an instant, the oldest first. */
  async cutOff(before: Date, limit: number): Promise<LaidOutPlan[]> {
    const found = await this.plans
      .find({ publishingAt: { $lt: before } }, { sort: { publishingAt: 1 }, limit })
      .toArray();
    return found.map(fromDocument);
  }

  async find(id: string): Promise<SeatingPlan | undefined> {
    return (await this.findMany([id])).get(id);
  }

  /** For a loader: many plans with one query, without their layouts. */
  findMany = async (ids: readonly string[]): Promise<Map<string, SeatingPlan>> => {
    const found = await this.plans
      .find<PlanHead>({ _id: { $in: [...ids] } }, { projection: WITHOUT_LAYOUT })
      .toArray();
    return new Map(found.map((document) => [document._id, fromHead(document)]));
  };

  async findLaidOut(id: string): Promise<LaidOutPlan | undefined> {
    const found = await this.plans.findOne({ _id: id });
    return found ? fromDocument(found) : undefined;
  }

  /** For a loader. A layout is some 150 KB at most; who asks for many plans does not ask for their layouts. */
  findLayouts = async (ids: readonly string[]): Promise<Map<string, PlanLayout>> => {
    const found = await this.plans.find({ _id: { $in: [...ids] } }, { projection: { layout: 1 } }).toArray();
    return new Map(found.map(({ _id, layout }) => [_id, layout]));
  };

  /** The plans of a venue, newest first: those that are published, and the drafts that the asker may see. */
  async ofVenue(venueId: string, drafts: DraftsOf, page: PageRequest): Promise<Page<SeatingPlan>> {
    const { documents, ...rest } = await newestFirst(
      this.plans,
      { venueId, ...visibleTo(drafts) },
      'createdAt',
      page,
      ['layout'],
    );
    return { ...rest, items: documents.map(fromHead) };
  }

  countWithFactsToSend(): Promise<number> {
    return this.sections.countDocuments({ outboxAt: { $exists: true } });
  }

  /** Tells the relay of the oldest facts that wait, whoever wrote them. */
  async publishWaitingFacts(): Promise<void> {
    const waiting = await this.sections
      .find(
        { outboxAt: { $exists: true } },
        { projection: { _id: 1 }, sort: { outboxAt: 1 }, limit: WAITING_AT_ONCE },
      )
      .toArray();
    this.relay.publishSoon(SECTIONS_COLLECTION, ...waiting.map(({ _id }) => _id));
  }

  /** The sections of a plan that is published, each with its fact. */
  private sectionsOf(plan: LaidOutPlan): NewDocument<SectionDocument>[] {
    return publishedSectionsOf(plan).map((section) => {
      const _id = sectionKey(plan.id, section.sectionId);
      const fact = this.facts.create(
        eventsPlans,
        'SeatingSectionPublished',
        { id: _id, version: plan.version },
        section,
      );
      const { planId, planVersion, sectionId } = section;
      return { document: { _id, planId, planVersion, sectionId }, facts: [fact] };
    });
  }
}
