import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { eventsEvents, type FactsOf, type PublishedEvent } from '#contracts';
import {
  copyFacts,
  declareCopy,
  ensureIndexes,
  GroupedCollection,
  PAGE_MAX_AGE_MS,
  RecentAnswers,
  type VersionedCopy,
} from '#persistence';

export type EventCopy = PublishedEvent & VersionedCopy;

export const eventCopies = declareCopy({
  collection: 'events',
  topic: eventsEvents,
  copiesOf: ({ aggregateId, aggregateVersion, payload }): EventCopy[] => [
    { _id: aggregateId, version: aggregateVersion, ...payload },
  ],
});

/** What tickets knows of events, from `events.events.v1`. */
@Injectable()
export class EventCopiesRepository implements OnModuleInit {
  private readonly copies: Collection<EventCopy>;
  /** The same, one by one. */
  private readonly each: GroupedCollection<EventCopy>;
  private readonly recent = new RecentAnswers<EventCopy | undefined>({
    maxAgeMs: PAGE_MAX_AGE_MS,
    maxEntries: 1_000,
  });

  constructor(db: Db) {
    this.copies = db.collection(eventCopies.collection);
    this.each = new GroupedCollection(db, eventCopies.collection);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.copies, [
      {
        keys: { 'ticketTypes.ticketTypeId': 1 },
        options: { name: 'ticketTypes' },
        serves: 'the event of a ticket type',
      },
    ]);
  }

  async copy(facts: readonly FactsOf<typeof eventsEvents>[]): Promise<void> {
    await copyFacts(this.copies, eventCopies, facts);
  }

  async find(eventId: string): Promise<EventCopy | undefined> {
    return this.each.findById(eventId);
  }

  /** As it was at most a second ago: for what may be that old, as every purchase of an event asks for it. */
  findRecent(eventId: string): Promise<EventCopy | undefined> {
    return this.recent.of(eventId, () => this.find(eventId));
  }

  findMany = async (eventIds: readonly string[]): Promise<Map<string, EventCopy>> => {
    const found = await this.copies.find({ _id: { $in: [...eventIds] } }).toArray();
    return new Map(found.map((copy) => [copy._id, copy]));
  };

  /** For a loader: the events that sell the given ticket types, by ticket type. */
  findByTicketTypes = async (ticketTypeIds: readonly string[]): Promise<Map<string, EventCopy>> => {
    const found = await this.copies
      .find({ 'ticketTypes.ticketTypeId': { $in: [...ticketTypeIds] } })
      .toArray();
    return new Map(found.flatMap((copy) => copy.ticketTypes.map(({ ticketTypeId }) => [ticketTypeId, copy])));
  };
}
