import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { ensureIndexes, writeCopies } from '#persistence';
import { presentTicketTypes, type TicketType } from '../domain/ticket-type.ts';

type TicketTypeDocument = Omit<TicketType, 'id'> & { _id: string };

/** Copies of the ticket types of `events`. */
@Injectable()
export class TicketTypesRepository implements OnModuleInit {
  private readonly ticketTypes: Collection<TicketTypeDocument>;

  constructor(db: Db) {
    this.ticketTypes = db.collection('ticket_types');
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.ticketTypes, [
      { keys: { eventId: 1 }, options: { name: 'event' }, serves: 'the range of prices of an event' },
    ]);
  }

  /** Writes what is newer than the copies there are, in one round trip. */
  async copy(ticketTypes: readonly TicketType[]): Promise<void> {
    await writeCopies(
      this.ticketTypes,
      ticketTypes.map(({ id, ...fields }) => ({ _id: id, ...fields })),
    );
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
