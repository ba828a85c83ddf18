import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Db } from 'mongodb';
import { ensureIndexes, GroupedCollection, isDuplicateKey } from '#persistence';
import { type Balance, balanceOf, type Booked } from '../domain/balance.ts';
import {
  type LedgerTransaction,
  type RefundedMoney,
  refundTransaction,
  reversalTransaction,
} from '../domain/transaction.ts';

type LedgerDocument = Omit<LedgerTransaction, 'id'> & { _id: string };

/** Summing a million transactions takes about as long. */
const SUM_LIMIT_MS = 5_000;

/** Appends only. */
@Injectable()
export class LedgerRepository implements OnModuleInit {
  private readonly ledger: GroupedCollection<LedgerDocument>;

  constructor(db: Db) {
    this.ledger = new GroupedCollection(db, 'ledger');
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.ledger.whole, [
      {
        keys: { 'entries.account': 1, eventId: 1 },
        options: { name: 'account' },
        serves: 'balances of an account, of all events or of one',
      },
    ]);
  }

  /** Booking a transaction that is booked already changes nothing: the primary key decides. */
  async book({ id, ...transaction }: LedgerTransaction): Promise<void> {
    try {
      await this.ledger.insertOne({ _id: id, ...transaction });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** A refund that came back, with its reversal. The refund itself may be booked already. */
  async bookBack(refunded: RefundedMoney, bookedAt: Date): Promise<void> {
    await this.book(refundTransaction(refunded, bookedAt));
    await this.book(reversalTransaction(refunded, bookedAt));
  }

  /** One for each currency, in the order of their codes. Summed from the transactions: there is nothing else to be true. */
  async balancesOf(account: string, eventId?: string): Promise<Balance[]> {
    const ofAccount = { 'entries.account': account, ...(eventId === undefined ? {} : { eventId }) };
    const amountIf = (kind: LedgerTransaction['kind']) => ({
      $cond: [{ $eq: ['$kind', kind] }, { $abs: '$entries.amount' }, 0],
    });
    const captured = { $sum: amountIf('CAPTURE') };
    const refunded = { $sum: { $subtract: [amountIf('REFUND'), amountIf('REVERSAL')] } };
    const disputed = { $sum: { $subtract: [amountIf('DISPUTE'), amountIf('REINSTATEMENT')] } };
    const sums = await this.ledger.whole
      .aggregate<{ _id: string } & Booked>(
        [
          { $match: ofAccount },
          { $unwind: '$entries' },
          { $match: { 'entries.account': account } },
          { $group: { _id: '$currency', captured, refunded, disputed } },
          { $sort: { _id: 1 } },
        ],
        { maxTimeMS: SUM_LIMIT_MS },
      )
      .toArray();
    return sums.map((sum) => balanceOf(sum._id, sum));
  }
}
