import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { eventsPlans, type FactsOf, type PublishedSection } from '#contracts';
import { copyFacts, declareCopy, ensureIndexes, type VersionedCopy } from '#persistence';

export type SectionCopy = PublishedSection & VersionedCopy;

export const sectionCopies = declareCopy({
  collection: 'seating_sections',
  topic: eventsPlans,
  copiesOf: ({ aggregateId, aggregateVersion, payload }): SectionCopy[] => [
    { _id: aggregateId, version: aggregateVersion, ...payload },
  ],
});

/** The sections of published seating plans, from `events.plans.v1`. */
@Injectable()
export class SectionCopiesRepository implements OnModuleInit {
  private readonly copies: Collection<SectionCopy>;

  constructor(db: Db) {
    this.copies = db.collection(sectionCopies.collection);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.copies, [
      { keys: { planId: 1 }, options: { name: 'plan' }, serves: 'a whole plan, when its seats are sold' },
    ]);
  }

  async copy(facts: readonly FactsOf<typeof eventsPlans>[]): Promise<void> {
    await copyFacts(this.copies, sectionCopies, facts);
  }

  /** All sections of a plan; undefined while some are still on their way. */
  async wholePlan(planId: string): Promise<SectionCopy[] | undefined> {
    const found = await this.copies.find({ planId }).toArray();
    return found.length > 0 && found.length === found[0]?.sectionCount ? found : undefined;
  }
}
