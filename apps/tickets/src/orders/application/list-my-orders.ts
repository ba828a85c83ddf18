import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ORDER_STATES } from '#contracts';
import { CLOCK, type Clock, type Page, type PageRequest } from '#kernel';
import { EventCopiesRepository } from '../../events/infrastructure/event-copies.repository.ts';
import type { Order } from '../domain/order.ts';
import { OrderListsRepository } from '../infrastructure/order-lists.repository.ts';

export const myOrdersFilter = z
  .object({ state: z.enum(ORDER_STATES).nullish(), time: z.enum(['UPCOMING', 'PAST']).nullish() })
  .nullish();
type MyOrdersFilter = z.output<typeof myOrdersFilter>;

/** What a buyer has ordered, newest first. Whether an event is over is asked of the event as it is now: it may move. */
@Injectable()
export class ListMyOrders {
  constructor(
    private readonly lists: OrderListsRepository,
    private readonly events: EventCopiesRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(buyerId: string, filter: MyOrdersFilter, request: PageRequest): Promise<Page<Order>> {
    const state = filter?.state ?? undefined;
    if (!filter?.time) return this.lists.ofBuyer(buyerId, { state }, request);
    const eventIds = await this.eventsOf(buyerId, filter.time);
    return this.lists.ofBuyer(buyerId, { state, eventIds }, request);
  }

  private async eventsOf(buyerId: string, time: 'UPCOMING' | 'PAST'): Promise<string[]> {
    const known = await this.events.findMany(await this.lists.eventsOfBuyer(buyerId));
    const now = this.clock.now();
    return [...known.values()]
      .filter(({ endsAt }) => new Date(endsAt) > now === (time === 'UPCOMING'))
      .map(({ eventId }) => eventId);
  }
}
