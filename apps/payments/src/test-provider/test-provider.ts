import { Injectable } from '@nestjs/common';
import { Db, type Filter, type UpdateFilter } from 'mongodb';
import type { Money } from '#kernel';
import { GroupedCollection, isDuplicateKey } from '#persistence';
import type { IntentRequest, Keyed, PaymentProvider } from '../payments/application/payment-provider.ts';
import { INVALID_METHOD, type Outcome } from '../payments/domain/operation.ts';

/** The methods that exist at this provider, and what becomes of them. The numbers are Stripe's for the same cases. */
const METHODS = new Map<string, Outcome>([
  ['4242424242424242', { result: 'DONE' }],
  ['4000000000000002', { result: 'REFUSED', code: 'CARD_DECLINED' }],
  ['4000000000009995', { result: 'REFUSED', code: 'INSUFFICIENT_FUNDS' }],
  ['4000000000005126', { result: 'DONE' }],
  ['4000000000007726', { result: 'DONE' }],
]);

/** Its first refund is refused, every later one succeeds. */
const REFUSES_FIRST_REFUND = '4000000000005126';
/** Its refunds are carried out, but the answer never comes: it must be asked for. */
const LOSES_ANSWER_TO_REFUND = '4000000000007726';

type IntentStatus = 'OPEN' | 'AUTHORIZED' | 'CAPTURED' | 'VOIDED';

interface JournalEntry {
  readonly key: string;
  readonly command: 'AUTHORIZE' | 'CAPTURE' | 'VOID' | 'REFUND';
  readonly outcome: Outcome;
  readonly at: Date;
}

interface IntentDocument {
  _id: string;
  orderId: string;
  amount: Money;
  status: IntentStatus;
  /** What authorized it. */
  method?: string;
  /** Minor units that were paid back. */
  refunded?: number;
  /** Every command that was carried out, with its outcome, oldest first. */
  journal: JournalEntry[];
}

/** What a command does to an intent that passes the filter, and what it is refused with otherwise. */
interface Command {
  readonly filter: Filter<IntentDocument>;
  readonly update: UpdateFilter<IntentDocument>;
  readonly outcome: Outcome;
  readonly otherwise: string;
}

/**
 * The built-in provider: moves no money, but keeps its books as a real one does, in a database of its own, so that it
 * can be asked after a crash of the platform what became of a command. Nothing of the platform writes there.
 */
@Injectable()
export class TestProvider implements PaymentProvider {
  readonly name = 'test';
  private readonly intents: GroupedCollection<IntentDocument>;

  constructor(db: Db) {
    const ownBooks = db.client.db(`${db.databaseName}_test_provider`);
    this.intents = new GroupedCollection(ownBooks, 'intents');
  }

  async createIntent({ key, orderId, amount }: IntentRequest): Promise<string> {
    const intentId = `test_${key}`;
    try {
      await this.intents.insertOne({ _id: intentId, orderId, amount, status: 'OPEN', journal: [] });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    return intentId;
  }

  authorize({ method, ...request }: Keyed & { method: string }): Promise<Outcome> {
    const outcome = METHODS.get(method) ?? { result: 'REFUSED', code: INVALID_METHOD };
    const status = outcome.result === 'DONE' ? 'AUTHORIZED' : 'OPEN';
    return this.carryOut(request, 'AUTHORIZE', {
      filter: { status: 'OPEN' },
      update: { $set: outcome.result === 'DONE' ? { status, method } : { status } },
      outcome,
      otherwise: 'INTENT_NOT_OPEN',
    });
  }

  capture(request: Keyed): Promise<Outcome> {
    return this.carryOut(request, 'CAPTURE', {
      filter: { status: 'AUTHORIZED' },
      update: { $set: { status: 'CAPTURED' } },
      outcome: { result: 'DONE' },
      otherwise: 'NOT_AUTHORIZED',
    });
  }

  void(request: Keyed): Promise<Outcome> {
    return this.carryOut(request, 'VOID', {
      filter: { status: { $in: ['OPEN', 'AUTHORIZED', 'VOIDED'] } },
      update: { $set: { status: 'VOIDED' } },
      outcome: { result: 'DONE' },
      otherwise: 'ALREADY_CAPTURED',
    });
  }

  async refund({ amount, ...request }: Keyed & { amount: Money }): Promise<Outcome> {
    const { intentId, key } = request;
    const left = { $subtract: ['$amount.amount', { $ifNull: ['$refunded', 0] }] };
    await this.intents.updateOne(
      { _id: intentId, method: REFUSES_FIRST_REFUND, 'journal.command': { $ne: 'REFUND' } },
      { $push: { journal: entry(key, 'REFUND', { result: 'REFUSED', code: 'REFUND_REFUSED' }) } },
    );
    const outcome = await this.carryOut(request, 'REFUND', {
      filter: { status: 'CAPTURED', $expr: { $gte: [left, amount.amount] } },
      update: { $inc: { refunded: amount.amount } },
      outcome: { result: 'DONE' },
      otherwise: 'NOTHING_LEFT_TO_REFUND',
    });
    const intent = await this.intents.findById(intentId);
    if (intent?.method === LOSES_ANSWER_TO_REFUND)
      throw new Error('the test provider was asked to lose the answer to this refund');
    return outcome;
  }

  async ask({ intentId, key }: Keyed): Promise<Outcome | undefined> {
    const intent = await this.intents.findById(intentId);
    if (!intent) throw new Error(`the test provider has no intent ${intentId}`);
    return intent.journal.find((entry) => entry.key === key)?.outcome;
  }

  /** The change and its journal entry in one update; a key that stands in the journal changes nothing more. */
  private async carryOut(
    { intentId, key }: Keyed,
    command: JournalEntry['command'],
    { filter, update, outcome, otherwise }: Command,
  ): Promise<Outcome> {
    const isNew = { _id: intentId, 'journal.key': { $ne: key } };
    const isCarriedOut = await this.intents.updateOne(
      { ...isNew, $and: [filter] },
      { ...update, $push: { journal: entry(key, command, outcome) } },
    );
    if (isCarriedOut) return outcome;
    const refused: Outcome = { result: 'REFUSED', code: otherwise };
    await this.intents.updateOne(
      { ...isNew, $nor: [filter] },
      { $push: { journal: entry(key, command, refused) } },
    );
    const known = await this.ask({ intentId, key });
    if (!known) throw new Error(`the test provider did not carry out ${key}`);
    return known;
  }
}

function entry(key: string, command: JournalEntry['command'], outcome: Outcome): JournalEntry {
  return { key, command, outcome, at: new Date() };
}
