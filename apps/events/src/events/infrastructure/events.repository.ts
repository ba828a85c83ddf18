import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { eventsEvents } from '#contracts';
import { FactFactory, OutboxRelay, type PendingFact } from '#messaging';
import { ensureIndexes, isDuplicateKey } from '#persistence';
import { insertAbsent } from '../../persistence/insert-absent.ts';
import type { EventImage } from '../../images/domain/event-image.ts';
import type { Event } from '../domain/event.ts';
import { type EventFactType, factOfChange, publishedStateOf } from '../domain/published-event.ts';
import {
  type EventDocument,
  eventIndexes,
  EVENTS_COLLECTION,
  fromDocument,
  toDocument,
} from './event-document.ts';

/** Events whose waiting facts are handed to the relay in one go. */
const WAITING_AT_ONCE = 2_000;

/** Writes events together with their facts, and finds them by their ids. */
@Injectable()
export class EventsRepository implements OnModuleInit {
  private readonly events: Collection<EventDocument>;

  constructor(
    db: Db,
    private readonly facts: FactFactory,
    private readonly relay: OutboxRelay,
  ) {
    this.events = db.collection(EVENTS_COLLECTION);
    relay.watch(EVENTS_COLLECTION);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.events, eventIndexes);
  }

  /** False when another event has this id. */
  async addDraft(event: Event): Promise<boolean> {
    try {
      await this.events.insertOne(toDocument(event));
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /**
   * Adds published events that are not there yet, each with its fact, and says which. The facts wait for
   * `publishWaitingFacts`, or for the relay's sweep.
   */
  async addPublishedAbsent(events: readonly Event[]): Promise<ReadonlySet<string>> {
    const documents = events.map((event) => ({
      ...toDocument(event),
      ...this.relay.heldBack([this.factOf(event, 'EventPublished')]),
    }));
    return insertAbsent(this.events, documents);
  }

  /**
   * Writes an event's next version, with the fact of it if others can see it, provided that it is still what `before` shows.
   * False when it is not, or when too many of its facts wait for Kafka: nothing was changed then.
   */
  async save(before: Event, after: Event): Promise<boolean> {
    const { _id, ...fields } = toDocument(after);
    const factType = factOfChange(before, after);
    const facts = factType ? [this.factOf(after, factType)] : [];
    const { organizationId, status, version } = before;
    const unchanged = { _id, organizationId, status, version };
    // Setting is enough: no command takes a field away from an event.
    return this.relay.update<EventDocument>(EVENTS_COLLECTION, unchanged, { $set: fields }, facts);
  }

  /** Events that have facts which are not known to be on Kafka. */
  countWithFactsToSend(): Promise<number> {
    return this.events.countDocuments({ outboxAt: { $exists: true } });
  }

  /** Tells the relay of the oldest facts that wait, whoever wrote them. */
  async publishWaitingFacts(): Promise<void> {
    const waiting = await this.events
      .find(
        { outboxAt: { $exists: true } },
        { projection: { _id: 1 }, sort: { outboxAt: 1 }, limit: WAITING_AT_ONCE },
      )
      .toArray();
    this.relay.publishSoon(EVENTS_COLLECTION, ...waiting.map(({ _id }) => _id));
  }

  async find(id: string): Promise<Event | undefined> {
    const found = await this.events.findOne({ _id: id });
    return found ? fromDocument(found) : undefined;
  }

  /** For a loader: many events with one query. */
  findMany = async (ids: readonly string[]): Promise<Map<string, Event>> => {
    const found = await this.events.find({ _id: { $in: [...ids] } }).toArray();
    return new Map(found.map((document) => [document._id, fromDocument(document)]));
  };

  /** For a loader: the events that sell these ticket types, by ticket type id, with one query. */
  findManyByTicketType = async (ticketTypeIds: readonly string[]): Promise<Map<string, Event>> => {
    const found = await this.events.find({ 'ticketTypes.id': { $in: [...ticketTypeIds] } }).toArray();
    const events = found.map(fromDocument);
    return new Map(
      events.flatMap((event) => event.ticketTypes.map(({ id }): [string, Event] => [id, event])),
    );
  };

  /** The image, if an event shows it: one that was removed, or has not arrived, is none. */
  async findImage(imageId: string): Promise<EventImage | undefined> {
    const found = await this.events.findOne(
      { 'images.id': imageId },
      { projection: { _id: 0, images: { $elemMatch: { id: imageId } } } },
    );
    return found?.images[0];
  }

  /** Which of these images events show. */
  async imagesShown(imageIds: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(await this.events.distinct('images.id', { 'images.id': { $in: [...imageIds] } }));
  }

  private factOf(event: Event, type: EventFactType): PendingFact {
    return this.facts.create(eventsEvents, type, event, publishedStateOf(event));
  }
}
