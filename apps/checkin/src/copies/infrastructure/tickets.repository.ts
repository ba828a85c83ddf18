import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { type FactsOf, ticketsTickets } from '#contracts';
import { copyFacts, declareCopy, ensureIndexes, type VersionedCopy } from '#persistence';
import type { KnownTicket } from '../domain/copies.ts';

type TicketCopy = Omit<KnownTicket, 'id'> & VersionedCopy & { eventId: string };

export const ticketCopies = declareCopy({
  collection: 'tickets',
  topic: ticketsTickets,
  copiesOf: ({ aggregateVersion, payload }): TicketCopy[] => [
    {
      _id: payload.ticketId,
      version: aggregateVersion,
      eventId: payload.eventId,
      organizationId: payload.organizationId,
      ticketTypeName: payload.ticketTypeName,
      holderId: payload.holderId,
      holderName: payload.holderName,
      status: payload.status,
      credentialVersion: payload.credentialVersion,
    },
  ],
});

/** Copies of the tickets that `tickets` has issued. */
@Injectable()
export class TicketsRepository implements OnModuleInit {
  private readonly tickets: Collection<TicketCopy>;

  constructor(db: Db) {
    this.tickets = db.collection(ticketCopies.collection);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.tickets, [
      {
        keys: { eventId: 1, status: 1 },
        options: { name: 'event_status' },
        serves: 'attendance: valid tickets of many events, counted in the index alone',
      },
    ]);
  }

  async copy(facts: readonly FactsOf<typeof ticketsTickets>[]): Promise<void> {
    await copyFacts(this.tickets, ticketCopies, facts);
  }

  async find(id: string): Promise<KnownTicket | undefined> {
    return (await this.findMany([id])).get(id);
  }

  /** For a loader: many tickets with one query. */
  findMany = async (ids: readonly string[]): Promise<Map<string, KnownTicket>> => {
    const found = await this.tickets.find({ _id: { $in: [...ids] } }).toArray();
    return new Map(
      found.map(({ _id, version: _version, eventId: _event, ...ticket }) => [_id, { id: _id, ...ticket }]),
    );
  };

  /** Valid tickets of each event. */
  async countValid(eventIds: readonly string[]): Promise<Map<string, number>> {
    const counts = await this.tickets
      .aggregate<{ _id: string; valid: number }>([
        { $match: { eventId: { $in: eventIds }, status: 'VALID' } },
        { $group: { _id: '$eventId', valid: { $sum: 1 } } },
      ])
      .toArray();
    return new Map(counts.map(({ _id, valid }) => [_id, valid]));
  }
}
