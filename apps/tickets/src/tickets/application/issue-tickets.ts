import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '#kernel';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import type { Order } from '../../orders/domain/order.ts';
import { ticketsOf } from '../domain/ticket.ts';
import { SigningKeys } from '../infrastructure/signing-keys.ts';
import { TicketsRepository } from '../infrastructure/tickets.repository.ts';

/** Issues the tickets of a paid order. Repeating it adds nothing. */
@Injectable()
export class IssueTickets {
  constructor(
    private readonly tickets: TicketsRepository,
    private readonly events: EventCopiesRepository,
    private readonly signingKeys: SigningKeys,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(order: Order): Promise<void> {
    const event = await this.events.findRecent(order.eventId);
    if (!event) throw new Error(`the event of order ${order.id} is unknown`);
    const keyId = await this.signingKeys.keyIdFor(order.organizationId);
    const ticketTypeNames = new Map(event.ticketTypes.map(({ ticketTypeId, name }) => [ticketTypeId, name]));
    const eventEndsAt = new Date(event.endsAt);
    await this.tickets.issue(
      ticketsOf(order, { keyId, eventEndsAt, ticketTypeNames, issuedAt: this.clock.now() }),
    );
  }
}
