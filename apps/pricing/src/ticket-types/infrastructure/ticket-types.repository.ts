import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { eventsEvents, type FactsOf } from '#contracts';
import { copyFacts, declareCopy, ensureIndexes } from '#persistence';
import { presentTicketTypes, type TicketType, ticketTypesOf } from '../domain/ticket-type.ts';

type TicketTypeDocument = Omit<TicketType, 'id'> & { _id: string };

export const ticketTypeCopies = declareCopy({
  collection: 'ticket_types',
  topic: eventsEvents,
  copiesOf: ({ payload, aggregateVersion }): TicketTypeDocument[] =>
    ticketTypesOf(payload, aggregateVersion).map(({ id, ...fields }) => ({ _id: id, ...fields })),
  aggregateOf: ({ eventId }) => eventId,
});

/** Copies of the ticket types of `events`. */
@Injectable()
export class TicketTypesRepository implements OnModuleInit {
  private readonly ticketTypes: Collection<TicketTypeDocument>;

  constructor(db: Db) {
    this.ticketTypes = db.collection(ticketTypeCopies.collection);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.ticketTypes, [
      { keys: { eventId: 1 }, options: { name: 'event' }, serves: 'the range of prices of an event' },
    ]);
  }

  /** Writes what is newer than the copies there are, in one round trip. */
  async copy(facts: readonly FactsOf<typeof eventsEvents>[]): Promise<void> {
    await copyFacts(this.ticketTypes, ticketTypeCopies, facts);
  }

  async findMany(ids: readonly string[]): Promise<Map<string, TicketType>> {
    const found = await this.ticketTypes.find({ _id: { $in: [...ids] } }).toArray();
    return new Map(found.map((document) => [document._id, fromDocument(document)]));
  }

  /** The ticket types that the events have now. */
  async ofEvents(eventIds: readonly string[]): Promise<TicketType[]> {
    const found = await this.ticketTypes.find({ eventId: { $in: [...eventIds] } }).toArray();
    return presentTicketTypes(found.map(fromDocument));
  }
}

function fromDocument({ _id, ...fields }: TicketTypeDocument): TicketType {
  return { id: _id, ...fields };
}
