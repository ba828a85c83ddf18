import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import type { Money } from '#kernel';
import { ensureIndexes, type VersionedCopy, writeCopies } from '#persistence';

export interface PriceCopy extends VersionedCopy {
  readonly eventId: string;
  readonly price: Money;
}

/** The newest published price of each ticket type, from `pricing.prices.v1`. */
@Injectable()
export class PriceCopiesRepository implements OnModuleInit {
  private readonly copies: Collection<PriceCopy>;

  constructor(db: Db) {
    this.copies = db.collection('prices');
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

  async write(copies: readonly PriceCopy[]): Promise<void> {
    await writeCopies(this.copies, copies);
  }

  async ofEvent(eventId: string): Promise<PriceCopy[]> {
    return this.copies.find({ eventId }).toArray();
  }
}
