import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Broadcast } from '#cache';
import { type checkinAdmissions, type FactsOf, moneyValue, type pricingPrices } from '#contracts';

const common = { id: z.string(), eventId: z.string(), occurredAt: z.string() };

/** What happened to an event, as it travels between the instances of this service. */
const activity = z.discriminatedUnion('kind', [
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

/** A hint carries no sales: whoever listens reads them from the sales log, in order and without a gap. */
const message = z.union([activity, z.object({ kind: z.literal('SalesLogged') })]);

export interface ActivityListener {
  happened(activity: Activity): void;
  /** The sales log has grown, or may have. */
  salesLogged(): void;
}

/**
 * The live activity of events. Whichever instance learns of something tells all of them over Redis, since a subscriber
 * may be connected to any. Best effort: what it misses is in the sales log, the prices and the scans themselves.
 */
@Injectable()
export class ActivityFeed {
  constructor(private readonly broadcast: Broadcast) {}

  async salesLogged(eventIds: readonly string[]): Promise<void> {
    const hint = JSON.stringify({ kind: 'SalesLogged' });
    await Promise.all(eventIds.map((eventId) => this.broadcast.publish(channelOf(eventId), hint)));
  }

  async priceMoved({ id, occurredAt, payload }: FactsOf<typeof pricingPrices>): Promise<void> {
    const { eventId, ticketTypeId, price, previous } = payload;
    await this.publish({ kind: 'PriceMoved', id, eventId, occurredAt, ticketTypeId, price, previous });
  }

  async ticketScanned({ id, occurredAt, payload }: FactsOf<typeof checkinAdmissions>): Promise<void> {
    const { eventId, ticketId, lane, decision, reason } = payload;
    await this.publish({ kind: 'TicketScanned', id, eventId, occurredAt, ticketId, lane, decision, reason });
  }

  /** Tells the listener until the returned function is called. */
  async subscribe(eventId: string, listener: ActivityListener): Promise<() => Promise<void>> {
    const unsubscribe = await this.broadcast.subscribe(channelOf(eventId), (text) => {
      const told = message.parse(JSON.parse(text));
      if (told.kind === 'SalesLogged') listener.salesLogged();
      else listener.happened(told);
    });
    const forgetGaps = this.broadcast.onGap(() => listener.salesLogged());
    return async () => {
      forgetGaps();
      await unsubscribe();
    };
  }

  private async publish(happened: Activity): Promise<void> {
    await this.broadcast.publish(channelOf(happened.eventId), JSON.stringify(happened));
  }
}

function channelOf(eventId: string): string {
  return `tickets:activity:${eventId}`;
}
