import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Broadcast } from '#cache';
import { type checkinAdmissions, type FactsOf, moneyValue, type pricingPrices } from '#contracts';
import { CLOCK, type Clock } from '#kernel';
import type { Order } from '../orders/domain/order.ts';
import { unitsOf } from '../inventory/domain/cart.ts';

const common = { id: z.string(), eventId: z.string(), occurredAt: z.string() };

/** What happened to an event, as it travels between the instances of this service. */
const activity = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('UnitsSold'),
    orderId: z.string(),
    units: z.int(),
    total: moneyValue,
    unitsSold: z.int(),
  }),
  z.object({
    ...common,
    kind: z.literal('PriceMoved'),
    ticketTypeId: z.string(),
    price: moneyValue,
    previous: moneyValue,
  }),
  z.object({
    ...common,
    kind: z.literal('TicketScanned'),
    ticketId: z.string().optional(),
    lane: z.string(),
    decision: z.string(),
    reason: z.string(),
  }),
]);
export type Activity = z.output<typeof activity>;

/**
 * The live activity of events. Whichever instance learns of something tells all of them over Redis, since a subscriber
 * may be connected to any. The feed is best effort: what it misses is in the orders, prices and scans themselves.
 */
@Injectable()
export class ActivityFeed {
  constructor(
    private readonly broadcast: Broadcast,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async unitsSold(order: Order): Promise<void> {
    await this.publish({
      kind: 'UnitsSold',
      id: `${order.id}:sold`,
      eventId: order.eventId,
      occurredAt: this.clock.now().toISOString(),
      orderId: order.id,
      units: unitsOf(order.lines),
      total: order.total,
      unitsSold: order.unitsSoldAfter ?? unitsOf(order.lines),
    });
  }

  async priceMoved({ id, occurredAt, payload }: FactsOf<typeof pricingPrices>): Promise<void> {
    const { eventId, ticketTypeId, price, previous } = payload;
    await this.publish({ kind: 'PriceMoved', id, eventId, occurredAt, ticketTypeId, price, previous });
  }

  async ticketScanned({ id, occurredAt, payload }: FactsOf<typeof checkinAdmissions>): Promise<void> {
    const { eventId, ticketId, lane, decision, reason } = payload;
    await this.publish({ kind: 'TicketScanned', id, eventId, occurredAt, ticketId, lane, decision, reason });
  }

  /** Calls `take` with each activity until the returned function is called. */
  subscribe(eventId: string, take: (activity: Activity) => void): Promise<() => Promise<void>> {
    return this.broadcast.subscribe(channelOf(eventId), (message) =>
      take(activity.parse(JSON.parse(message))),
    );
  }

  private async publish(happened: Activity): Promise<void> {
    await this.broadcast.publish(channelOf(happened.eventId), JSON.stringify(happened));
  }
}

function channelOf(eventId: string): string {
  return `tickets:activity:${eventId}`;
}
