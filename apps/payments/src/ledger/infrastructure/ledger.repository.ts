import { Injectable } from '@nestjs/common';
import { Db } from 'mongodb';
import { GroupedCollection, isDuplicateKey } from '#persistence';
import type { LedgerTransaction } from '../domain/transaction.ts';

type LedgerDocument = Omit<LedgerTransaction, 'id'> & { _id: string };

/** Appends only. */
@Injectable()
export class LedgerRepository {
  private readonly ledger: GroupedCollection<LedgerDocument>;

  constructor(db: Db) {
    this.ledger = new GroupedCollection(db, 'ledger');
  }

  /** Booking a transaction that is booked already changes nothing: the primary key decides. */
  async book({ id, ...transaction }: LedgerTransaction): Promise<void> {
    try {
      await this.ledger.insertOne({ _id: id, ...transaction });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}
