import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ORDER_STATES, SALES_CHANNELS } from '#contracts';
import { normalizeSearch, type Page, type PageRequest } from '#kernel';
import { TicketsRepository } from '../../tickets/infrastructure/tickets.repository.ts';
import { looksLikeOrderId, looksLikeTicketId } from '../domain/order-search.ts';
import type { Order } from '../domain/order.ts';
import { OrderListsRepository, type OrderSelection } from '../infrastructure/order-lists.repository.ts';

const wish = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined);

export const eventOrdersFilter = z
  .object({
    state: wish(z.enum(ORDER_STATES)),
    channel: wish(z.enum(SALES_CHANNELS)),
    search: wish(z.string().trim().min(2).max(100)),
    placedFrom: wish(z.date()),
    placedTo: wish(z.date()),
  })
  .nullish();
type EventOrdersFilter = z.output<typeof eventOrdersFilter>;

/** The orders of an event, for its organization. Who may ask is the caller's to check. */
@Injectable()
export class ListEventOrders {
  constructor(
    private readonly lists: OrderListsRepository,
    private readonly tickets: TicketsRepository,
  ) {}

  async execute(eventId: string, filter: EventOrdersFilter, request: PageRequest): Promise<Page<Order>> {
    const { search, ...others } = filter ?? {};
    const found = search === undefined ? {} : await this.meaningOf(search, eventId);
    return this.lists.ofEvent(eventId, { ...others, ...found }, request);
  }

  private async meaningOf(search: string, eventId: string): Promise<OrderSelection> {
    if (looksLikeOrderId(search)) return { orderId: search.toLowerCase() };
    if (looksLikeTicketId(search)) {
      const ticket = await this.tickets.find(search.toUpperCase());
      if (ticket?.eventId === eventId) return { orderId: ticket.orderId };
    }
    return { prefix: normalizeSearch(search) };
  }
}
