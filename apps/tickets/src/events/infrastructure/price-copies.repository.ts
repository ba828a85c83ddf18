import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { type FactsOf, pricingPrices } from '#contracts';
import type { Money } from '#kernel';
import { copyFacts, declareCopy, ensureIndexes, type VersionedCopy } from '#persistence';

export interface PriceCopy extends VersionedCopy {
  readonly eventId: string;
  readonly price: Money;
}

export const priceCopies = declareCopy({
  collection: 'prices',
  topic: pricingPrices,
  copiesOf: ({ aggregateVersion, payload: { ticketTypeId, eventId, price } }): PriceCopy[] => [
    { _id: ticketTypeId, version: aggregateVersion, eventId, price },
  ],
});

/** The newest published price of each ticket type, from `pricing.prices.v1`. */
@Injectable()
export class PriceCopiesRepository implements OnModuleInit {
  private readonly copies: Collection<PriceCopy>;

  constructor(db: Db) {
    this.copies = db.collection(priceCopies.collection);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.copies, [
      {
        keys: { eventId: 1 },
        options: { name: 'event' },
        serves: 'all prices of an event, when its sale is loaded',
      },
    ]);
  }

  async copy(facts: readonly FactsOf<typeof pricingPrices>[]): Promise<void> {
    await copyFacts(this.copies, priceCopies, facts);
  }

  async ofEvent(eventId: string): Promise<PriceCopy[]> {
    return this.copies.find({ eventId }).toArray();
  }
}
