import { Injectable } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import type { Money } from '#kernel';
import { isDuplicateKey } from '#persistence';
import type { IntentRequest, Keyed, PaymentProvider } from '../payments/application/payment-provider.ts';
import { INVALID_METHOD, type Outcome } from '../payments/domain/operation.ts';

/** The methods that exist at this provider, and what becomes of them. The numbers are Stripe's for the same cases. */
const METHODS = new Map<string, Outcome>([
  ['4242424242424242', { result: 'DONE' }],
  ['4000000000000002', { result: 'REFUSED', code: 'CARD_DECLINED' }],
  ['4000000000009995', { result: 'REFUSED', code: 'INSUFFICIENT_FUNDS' }],
]);

type IntentStatus = 'OPEN' | 'AUTHORIZED' | 'CAPTURED' | 'VOIDED';

interface JournalEntry {
  readonly key: string;
  readonly command: 'AUTHORIZE' | 'CAPTURE' | 'VOID';
  readonly outcome: Outcome;
  readonly at: Date;
}

interface IntentDocument {
  _id: string;
  orderId: string;
  amount: Money;
  status: IntentStatus;
  /** Every command that was carried out, with its outcome, oldest first. */
  journal: JournalEntry[];
}

/**
 * The built-in provider: moves no money, but keeps its books as a real one does, in a database of its own, so that it
 * can be asked after a crash of the platform what became of a command. Nothing of the platform writes there.
 */
@Injectable()
export class TestProvider implements PaymentProvider {
  readonly name = 'test';
  private readonly intents: Collection<IntentDocument>;

  constructor(db: Db) {
    this.intents = db.client.db(`${db.databaseName}_test_provider`).collection('intents');
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
      from: ['OPEN'],
      status,
      outcome,
      otherwise: 'INTENT_NOT_OPEN',
    });
  }

  capture(request: Keyed): Promise<Outcome> {
    const change = { from: ['AUTHORIZED'], status: 'CAPTURED', otherwise: 'NOT_AUTHORIZED' } as const;
    return this.carryOut(request, 'CAPTURE', { ...change, outcome: { result: 'DONE' } });
  }

  void(request: Keyed): Promise<Outcome> {
    const change = {
      from: ['OPEN', 'AUTHORIZED', 'VOIDED'],
      status: 'VOIDED',
      otherwise: 'ALREADY_CAPTURED',
    } as const;
    return this.carryOut(request, 'VOID', { ...change, outcome: { result: 'DONE' } });
  }

  async ask({ intentId, key }: Keyed): Promise<Outcome | undefined> {
    const intent = await this.intents.findOne({ _id: intentId });
    if (!intent) throw new Error(`the test provider has no intent ${intentId}`);
    return intent.journal.find((entry) => entry.key === key)?.outcome;
  }

  /** Status and journal change in one update; a key that stands in the journal changes nothing more. */
  private async carryOut(
    { intentId, key }: Keyed,
    command: JournalEntry['command'],
    change: { from: readonly IntentStatus[]; status: IntentStatus; outcome: Outcome; otherwise: string },
  ): Promise<Outcome> {
    const at = new Date();
    const { matchedCount } = await this.intents.updateOne(
      { _id: intentId, status: { $in: [...change.from] }, 'journal.key': { $ne: key } },
      { $set: { status: change.status }, $push: { journal: { key, command, outcome: change.outcome, at } } },
    );
    if (matchedCount === 1) return change.outcome;
    const refused: Outcome = { result: 'REFUSED', code: change.otherwise };
    await this.intents.updateOne(
      { _id: intentId, status: { $nin: [...change.from] }, 'journal.key': { $ne: key } },
      { $push: { journal: { key, command, outcome: refused, at } } },
    );
    const outcome = await this.ask({ intentId, key });
    if (!outcome) throw new Error(`the test provider did not carry out ${key}`);
    return outcome;
  }
}
