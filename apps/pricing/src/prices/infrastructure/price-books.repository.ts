import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db, type WithId } from 'mongodb';
import { type Outboxed, outboxIndex, OutboxRelay, type PendingFact } from '#messaging';
import { ensureIndexes, isDuplicateKey } from '#persistence';
import type { PriceBook, PriceChange } from '../domain/price-book.ts';

type PriceBookDocument = Omit<PriceBook, 'ticketTypeId'> & Outboxed;

interface PriceChangeDocument extends PriceChange {
  /** `<ticketTypeId>:<version>`, as the fact that told of the change has them. */
  _id: string;
  ticketTypeId: string;
  eventId: string;
}

const BOOKS = 'price_books';
const CHANGES = 'price_changes';

/**
 * Price books of the ticket types whose price has moved, and the whole history of their changes.
 *
 * The newest change stands in the book itself, written with the price and its fact in one update. It is copied to the
 * history just before the next change replaces it, under an id of its own that makes the copying repeatable: whatever
 * dies in between, each change is in the book or in the history, and reading takes both.
 */
@Injectable()
export class PriceBooksRepository implements OnModuleInit {
  private readonly books: Collection<PriceBookDocument>;
  private readonly changes: Collection<PriceChangeDocument>;

  constructor(
    db: Db,
    private readonly relay: OutboxRelay,
  ) {
    this.books = db.collection(BOOKS);
    this.changes = db.collection(CHANGES);
    relay.watch(BOOKS);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.books, [outboxIndex]);
    await ensureIndexes(this.changes, [
      {
        keys: { ticketTypeId: 1, version: -1 },
        options: { name: 'history' },
        serves: "a ticket type's newest changes",
      },
    ]);
  }

  async findMany(ticketTypeIds: readonly string[]): Promise<Map<string, PriceBook>> {
    const found = await this.books
      .find({ _id: { $in: [...ticketTypeIds] } }, { projection: { outbox: 0, outboxAt: 0, outboxLease: 0 } })
      .toArray();
    return new Map(found.map(({ _id, ...book }) => [_id, { ticketTypeId: _id, ...book }]));
  }

  /**
   * Writes the next version of a book, with the facts that tell of it. False when another process has written that
   * version already, or when Kafka has been away for so long that the outbox is full: nothing was changed.
   */
  async save(book: PriceBook, facts: readonly PendingFact[]): Promise<boolean> {
    const { ticketTypeId: _id, ...fields } = book;
    if (book.version === 1) return this.insert({ _id, ...fields }, facts);
    const previous = { _id, version: book.version - 1 };
    return this.relay.update<PriceBookDocument>(BOOKS, previous, { $set: fields }, facts);
  }

  /** Copies a book's newest change to the history. Repeating it changes nothing. */
  async archive({ ticketTypeId, eventId, lastChange }: PriceBook): Promise<void> {
    if (!lastChange) return;
    try {
      const _id = `${ticketTypeId}:${lastChange.version}`;
      await this.changes.insertOne({ _id, ticketTypeId, eventId, ...lastChange });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** The newest `limit` changes of each ticket type, newest first, with one query. */
  async newestChanges(ticketTypeIds: readonly string[], limit: number): Promise<Map<string, PriceChange[]>> {
    const found = await this.books
      .aggregate<WithId<PriceBookDocument> & { older: PriceChangeDocument[] }>([
        { $match: { _id: { $in: [...ticketTypeIds] } } },
        { $project: { lastChange: 1 } },
        {
          $lookup: {
            from: CHANGES,
            localField: '_id',
            foreignField: 'ticketTypeId',
            pipeline: [{ $sort: { version: -1 } }, { $limit: limit }],
            as: 'older',
          },
        },
      ])
      .toArray();
    return new Map(
      found.map(({ _id, lastChange, older }) => {
        const archived = older.filter(({ version }) => version !== lastChange?.version);
        return [_id, (lastChange ? [lastChange, ...archived] : archived).slice(0, limit)];
      }),
    );
  }

  private async insert(book: PriceBookDocument, facts: readonly PendingFact[]): Promise<boolean> {
    try {
      await this.relay.insert(BOOKS, book, facts);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}
