import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Db } from 'mongodb';
import { eventsEvents, type FactsOf, type PublishedEvent } from '#contracts';
import {
  copyFacts,
  declareCopy,
  ensureIndexes,
  GroupedCollection,
  PAGE_MAX_AGE_MS,
  type Question,
  recent,
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

const SELLING_MAX_AGE_MS = 60_000;

/** What tickets knows of events, from `events.events.v1`. */
@Injectable()
export class EventCopiesRepository implements OnModuleInit {
  private readonly copies: GroupedCollection<EventCopy>;
  /** For a loader: as they were at most a second ago. One memory for all that may be that old. */
  readonly findManyRecent: Question<EventCopy>;
  private readonly eventsSelling: Question<string>;

  constructor(db: Db) {
    this.copies = new GroupedCollection(db, eventCopies.collection);
    this.findManyRecent = recent((ids) => this.findMany(ids), {
      maxAgeMs: PAGE_MAX_AGE_MS,
      maxEntries: 10_000,
    });
    // Which event sells a ticket type never changes; an answer that is missing is not remembered.
    this.eventsSelling = recent((ids) => this.idsSelling(ids), {
      maxAgeMs: SELLING_MAX_AGE_MS,
      maxEntries: 50_000,
    });
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.copies.whole, [
      {
        keys: { 'ticketTypes.ticketTypeId': 1 },
        options: { name: 'ticketTypes' },
        serves: 'the event of a ticket type',
      },
    ]);
  }

  async copy(facts: readonly FactsOf<typeof eventsEvents>[]): Promise<void> {
    await copyFacts(this.copies.whole, eventCopies, facts);
  }

  async find(eventId: string): Promise<EventCopy | undefined> {
    return this.copies.findById(eventId);
  }

  /** As it was at most a second ago: for what may be that old, as every purchase of an event asks for it. */
  async findRecent(eventId: string): Promise<EventCopy | undefined> {
    return (await this.findManyRecent([eventId])).get(eventId);
  }

  findMany = async (eventIds: readonly string[]): Promise<Map<string, EventCopy>> => {
    const found = await this.copies.whole.find({ _id: { $in: [...eventIds] } }).toArray();
    return new Map(found.map((copy) => [copy._id, copy]));
  };

  /** For a loader: the events that sell the given ticket types, by ticket type, as they were at most a second ago. */
  findByTicketTypes = async (ticketTypeIds: readonly string[]): Promise<Map<string, EventCopy>> => {
    const selling = await this.eventsSelling(ticketTypeIds);
    const events = await this.findManyRecent([...new Set(selling.values())]);
    const found = new Map<string, EventCopy>();
    for (const [ticketTypeId, eventId] of selling) {
      const event = events.get(eventId);
      if (event) found.set(ticketTypeId, event);
    }
    return found;
  };

  private async idsSelling(ticketTypeIds: readonly string[]): Promise<Map<string, string>> {
    const found = await this.copies.whole
      .find({ 'ticketTypes.ticketTypeId': { $in: [...ticketTypeIds] } })
      .project<{ _id: string; ticketTypes: { ticketTypeId: string }[] }>({ 'ticketTypes.ticketTypeId': 1 })
      .toArray();
    return new Map(
      found.flatMap(({ _id, ticketTypes }) => ticketTypes.map(({ ticketTypeId }) => [ticketTypeId, _id])),
    );
  }
}
