import { Injectable } from '@nestjs/common';
import { type FactsOf, pricingPrices } from '#contracts';
import { FactConsumer } from '#messaging';
import { ActivityFeed } from '../../activity/activity-feed.ts';
import { Stock } from '../../inventory/infrastructure/stock.ts';
import { PriceCopiesRepository } from '../infrastructure/price-copies.repository.ts';

/** Learns of prices: what later holds will quote. */
@Injectable()
export class PricesConsumer {
  constructor(
    consumer: FactConsumer,
    private readonly prices: PriceCopiesRepository,
    private readonly stock: Stock,
    private readonly activity: ActivityFeed,
  ) {
    consumer.subscribe({ topic: pricingPrices, each: { PriceChanged: (fact) => this.learn(fact) } });
  }

  /** The copy first: loading an event's stock reads it. */
  private async learn(fact: FactsOf<typeof pricingPrices>): Promise<void> {
    const { eventId, ticketTypeId, price } = fact.payload;
    await this.prices.copy([fact]);
    await this.stock.setPrice(eventId, ticketTypeId, price.amount, fact.aggregateVersion);
    await this.activity.priceMoved(fact);
  }
}
