import { Injectable } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { eventsEvents, type FactsOf } from '#contracts';
import { copyFacts, declareCopy, type VersionedCopy } from '#persistence';
import type { DoorEvent } from '../domain/copies.ts';

type EventCopy = Omit<DoorEvent, 'id'> & VersionedCopy;

export const eventCopies = declareCopy({
  collection: 'events',
  topic: eventsEvents,
  copiesOf: ({ aggregateVersion, payload }): EventCopy[] => [
    {
      _id: payload.eventId,
      version: aggregateVersion,
      organizationId: payload.organizationId,
      status: payload.status,
      endsAt: new Date(payload.endsAt),
    },
  ],
});

/** Copies of the events that `events` has published. */
@Injectable()
export class EventsRepository {
  private readonly events: Collection<EventCopy>;

  constructor(db: Db) {
    this.events = db.collection(eventCopies.collection);
  }

  async copy(facts: readonly FactsOf<typeof eventsEvents>[]): Promise<void> {
    await copyFacts(this.events, eventCopies, facts);
  }

  async find(id: string): Promise<DoorEvent | undefined> {
    return (await this.findMany([id])).get(id);
  }

  /** For a loader: many events with one query. */
  findMany = async (ids: readonly string[]): Promise<Map<string, DoorEvent>> => {
    const found = await this.events.find({ _id: { $in: [...ids] } }).toArray();
    return new Map(
      found.map(({ _id, organizationId, status, endsAt }) => [
        _id,
        { id: _id, organizationId, status, endsAt },
      ]),
    );
  };
}
