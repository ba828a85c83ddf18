import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { ticketsTickets } from '#contracts';
import type { Page, PageRequest } from '#kernel';
import {
  aggregateIn,
  FactFactory,
  type NewDocument,
  type Outboxed,
  outboxIndex,
  OutboxRelay,
  type PendingFact,
} from '#messaging';
import { ensureIndexes, grouped, newestFirst } from '#persistence';
import type { Ticket, VoidReason } from '../domain/ticket.ts';

type TicketDocument = Omit<Ticket, 'id'> & Outboxed;

const COLLECTION = 'tickets';

/** A ticket may get a new holder while it is voided: it is looked at again. */
const VOID_ATTEMPTS = 3;

@Injectable()
export class TicketsRepository implements OnModuleInit {
  private readonly tickets: Collection<TicketDocument>;

  constructor(
    db: Db,
    private readonly facts: FactFactory,
    private readonly relay: OutboxRelay,
  ) {
    this.tickets = db.collection(COLLECTION);
    relay.watch(COLLECTION);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.tickets, [
      { keys: { orderId: 1 }, options: { name: 'order' }, serves: 'the tickets of orders' },
      {
        keys: { holderId: 1, issuedAt: -1, _id: -1 },
        options: { name: 'holder' },
        serves: "a holder's tickets, newest first, of all events or one",
      },
      outboxIndex,
    ]);
  }

  /** Adds the tickets that are not there yet. */
  async issue(tickets: readonly Ticket[]): Promise<void> {
    const issued = tickets.map((ticket): NewDocument<TicketDocument> => {
      const { id, ...fields } = ticket;
      return { document: { _id: id, ...fields }, facts: [this.factOf('TicketIssued', ticket)] };
    });
    await this.relay.insertAbsent(COLLECTION, issued);
  }

  /** Voids tickets of an order. True when none of them is valid any more. */
  async void(orderId: string, ticketIds: readonly string[], voidReason: VoidReason): Promise<boolean> {
    for (let attempt = 0; attempt < VOID_ATTEMPTS; attempt++) {
      const valid = await this.tickets
        .find({ orderId, _id: { $in: [...ticketIds] }, status: 'VALID' })
        .toArray();
      if (valid.length === 0) return true;
      await Promise.all(valid.map((document) => this.voidOne(aggregateIn(document), voidReason)));
    }
    return false;
  }

  async find(id: string): Promise<Ticket | undefined> {
    const found = await this.tickets.findOne({ _id: id });
    return found ? aggregateIn(found) : undefined;
  }

  findMany = async (ids: readonly string[]): Promise<Map<string, Ticket>> => {
    const found = await this.tickets.find({ _id: { $in: [...ids] } }).toArray();
    return new Map(found.map((document) => [document._id, aggregateIn(document)]));
  };

  /** For a loader: the tickets of many orders with one query. */
  ofOrders = grouped(async (orderIds: readonly string[]): Promise<Map<string, Ticket[]>> => {
    const found = await this.tickets
      .find({ orderId: { $in: [...orderIds] } })
      .sort({ _id: 1 })
      .toArray();
    const byOrder = new Map<string, Ticket[]>(orderIds.map((orderId) => [orderId, []]));
    for (const document of found) byOrder.get(document.orderId)?.push(aggregateIn(document));
    return byOrder;
  });

  async ofHolder(
    holderId: string,
    { eventId, ...request }: PageRequest & { eventId: string | undefined },
  ): Promise<Page<Ticket>> {
    const filter = eventId === undefined ? { holderId } : { holderId, eventId };
    const { documents, ...page } = await newestFirst(this.tickets, filter, 'issuedAt', request);
    return { ...page, items: documents.map(aggregateIn) };
  }

  /** False when the ticket was changed meanwhile, or its outbox is full. */
  private voidOne(before: Ticket, voidReason: VoidReason): Promise<boolean> {
    const ticket: Ticket = { ...before, version: before.version + 1, status: 'VOID', voidReason };
    const { version, status } = ticket;
    const unchanged = { _id: before.id, version: before.version };
    const facts = [this.factOf('TicketVoided', ticket)];
    const change = { $set: { version, status, voidReason } };
    return this.relay.update<TicketDocument>(COLLECTION, unchanged, change, facts);
  }

  private factOf(type: 'TicketIssued' | 'TicketVoided', ticket: Ticket): PendingFact {
    const { credentialExpiresAt: _expiry, version: _version, id: ticketId, issuedAt, ...shared } = ticket;
    const payload = { ...shared, ticketId, issuedAt: issuedAt.toISOString() };
    return this.facts.create(ticketsTickets, type, ticket, payload);
  }
}
