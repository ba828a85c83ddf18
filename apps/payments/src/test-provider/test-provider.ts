import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Filter, UpdateFilter } from 'mongodb';
import { CLOCK, type Clock, type Money, type Result } from '#kernel';
import { isDuplicateKey } from '#persistence';
import type {
  Asked,
  IntentRequest,
  Keyed,
  NextAction,
  PaymentProvider,
} from '../payments/application/payment-provider.ts';
import type { Dispute } from '../payments/domain/dispute.ts';
import { INVALID_METHOD, type Outcome, type Reply } from '../payments/domain/operation.ts';
import type { InvalidWebhook } from '../webhooks/domain/failures.ts';
import type { ProviderEvent, Webhook } from '../webhooks/domain/webhook.ts';
import { Challenges } from './challenges.ts';
import { authorized } from './decisions.ts';
import { IntentBook, type IntentDocument, type JournalEntry, type RefundComingBack } from './intent-book.ts';
import {
  FIRST_REFUND_COMES_BACK,
  METHODS,
  methodsThatLoseAnswerTo,
  REFUSES_FIRST_REFUND,
} from './methods.ts';
import { TestWebhooks } from './test-webhooks.ts';

/** How long the provider takes to decide what it answers late. */
const LATE_BY_MS = 1_000;
/** How long a bank takes to send a refund back: long enough to see it paid before. */
const COMES_BACK_AFTER_MS = 3_000;
/** How long a call hangs that is never answered: longer than anybody waits for it. */
const HANGS_FOR_MS = 10_000;

/** What a command does to an intent that passes the filter, and what it is refused with otherwise. */
interface Command {
  readonly name: JournalEntry['command'];
  /** That it is to be authorized with. The intent knows its method only afterwards. */
  readonly method?: string;
  readonly filter: Filter<IntentDocument>;
  /** With the command's entry in the journal. */
  readonly update: UpdateFilter<IntentDocument>;
  readonly reply: Reply;
  readonly otherwise: string;
}

/**
 * The built-in provider: moves no money, but keeps its books as a real one does, in a database of its own, so that it
 * can be asked after a crash of the platform what became of a command. What it does with which method: {@link METHODS}.
 */
@Injectable()
export class TestProvider implements PaymentProvider {
  readonly name = 'test';

  constructor(
    private readonly book: IntentBook,
    private readonly challenges: Challenges,
    private readonly webhooks: TestWebhooks,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async createIntent({ key, orderId, amount }: IntentRequest): Promise<string> {
    const intentId = `test_${key}`;
    try {
      await this.book.intents.insertOne({ _id: intentId, orderId, amount, status: 'OPEN', journal: [] });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    return intentId;
  }

  async authorize({ method, ...request }: Keyed & { method: string }): Promise<Reply> {
    const behaviour = METHODS.get(method);
    if (behaviour?.timesOut) await this.hangOnce(request);
    const reply: Reply = behaviour?.authorization ?? { result: 'REFUSED', code: INVALID_METHOD };
    return this.carryOut(request, {
      name: 'AUTHORIZE',
      method,
      filter: { status: 'OPEN', pending: { $exists: false } },
      update: this.authorization(request.key, method, reply),
      reply,
      otherwise: 'INTENT_NOT_OPEN',
    });
  }

  async capture(request: Keyed): Promise<Outcome> {
    return this.carryOut(request, {
      name: 'CAPTURE',
      filter: { status: 'AUTHORIZED' },
      update: this.done(request, 'CAPTURE', { $set: { status: 'CAPTURED' } }),
      reply: { result: 'DONE' },
      otherwise: 'NOT_AUTHORIZED',
    });
  }

  async void(request: Keyed): Promise<Outcome> {
    const update = { $set: { status: 'VOIDED' as const }, $unset: { pending: '' as const } };
    return this.carryOut(request, {
      name: 'VOID',
      filter: { status: { $in: ['OPEN', 'AUTHORIZED', 'VOIDED'] } },
      update: this.done(request, 'VOID', update),
      reply: { result: 'DONE' },
      otherwise: 'ALREADY_CAPTURED',
    });
  }

  async refund({ amount, intentId, key }: Keyed & { amount: Money }): Promise<Outcome> {
    const request = { intentId, key };
    const left = { $subtract: ['$amount.amount', { $ifNull: ['$refunded', 0] }] };
    const isFirst = { 'journal.command': { $ne: 'REFUND' as const } };
    const isRefused = { method: REFUSES_FIRST_REFUND, ...isFirst };
    const isSentBack = { method: FIRST_REFUND_COMES_BACK, ...isFirst };
    const filter = { status: 'CAPTURED' as const, $expr: { $gte: [left, amount.amount] }, $nor: [isRefused] };
    const paid = { $inc: { refunded: amount.amount } };
    const at = new Date(this.clock.now().getTime() + COMES_BACK_AFTER_MS);
    const comesBack: RefundComingBack = { key, amount: amount.amount, at };
    await this.book.intents.updateOne(
      { _id: intentId, ...filter, ...isSentBack },
      this.done(request, 'REFUND', { ...paid, $set: { comesBack } }),
    );
    return this.carryOut(request, {
      name: 'REFUND',
      filter,
      update: this.done(request, 'REFUND', paid),
      reply: { result: 'DONE' },
      otherwise: 'REFUND_REFUSED',
    });
  }

  async ask({ intentId, key }: Pick<Asked, 'intentId' | 'key'>): Promise<Reply | undefined> {
    const { pending, entry } = await this.lookUp(intentId, key);
    return pending ?? entry?.later ?? entry?.outcome;
  }

  async disputesOf(intentId: string): Promise<Dispute[]> {
    const intent = await this.book.intents.findById(intentId);
    if (!intent?.dispute?.moved) return [];
    const { id: disputeId, moved } = intent.dispute;
    return [{ disputeId, amount: intent.amount, isReinstated: moved === 'REINSTATED' }];
  }

  async orderOf(intentId: string): Promise<string | undefined> {
    return (await this.book.intents.findById(intentId))?.orderId;
  }

  async nextAction(intentId: string): Promise<NextAction | undefined> {
    return { url: this.challenges.urlOf(intentId) };
  }

  parseWebhook(webhook: Webhook, now: Date): Result<ProviderEvent, InvalidWebhook> {
    return this.webhooks.parse(webhook, now);
  }

  /** The change and its journal entry in one update; a key that is known already changes nothing more. */
  private async carryOut<R extends Reply>(
    { intentId, key }: Keyed,
    { name, method = '', filter, update, reply, otherwise }: Command & { readonly reply: R },
  ): Promise<R | Outcome> {
    const isNew = { _id: intentId, 'journal.key': { $ne: key }, 'pending.key': { $ne: key } };
    const change = (more: Filter<IntentDocument>): Promise<boolean> =>
      this.book.intents.updateOne({ ...isNew, $and: [filter, more] }, update);
    const losing = methodsThatLoseAnswerTo(name);
    if (!losing.includes(method) && (await change({ method: { $nin: losing } }))) return reply;
    if (losing.length > 0 && (await change({})))
      throw new Error(`the test provider was asked to lose the answer to this ${name}`);
    const refused: Outcome = { result: 'REFUSED', code: otherwise };
    await this.book.intents.updateOne(
      { ...isNew, $nor: [filter] },
      { $push: { journal: { key, command: name, outcome: refused, at: this.clock.now() } } },
    );
    const { pending, entry } = await this.lookUp(intentId, key);
    const known = pending ?? entry?.outcome;
    if (!known) throw new Error(`the test provider did not carry out ${key}`);
    // Only authorizations are ever undecided, and their reply may be that.
    return known as R | Outcome;
  }

  private async lookUp(intentId: string, key: string): Promise<{ pending?: Reply; entry?: JournalEntry }> {
    const intent = await this.book.intents.findById(intentId);
    if (!intent) throw new Error(`the test provider has no intent ${intentId}`);
    const { journal, pending } = intent;
    if (pending?.key === key) return { pending: { result: 'UNDECIDED', waitsFor: pending.waitsFor } };
    return { entry: journal.find((one) => one.key === key) };
  }

  private authorization(key: string, method: string, reply: Reply): UpdateFilter<IntentDocument> {
    const now = this.clock.now();
    if (reply.result !== 'UNDECIDED') return authorized({ key, method, outcome: reply, now });
    const { waitsFor } = reply;
    const decideAt = waitsFor === 'PROVIDER' ? new Date(now.getTime() + LATE_BY_MS) : undefined;
    return { $set: { pending: { key, method, waitsFor, decideAt } } };
  }

  private done(
    { key }: Keyed,
    command: JournalEntry['command'],
    update: UpdateFilter<IntentDocument>,
  ): UpdateFilter<IntentDocument> {
    const entry: JournalEntry = { key, command, outcome: { result: 'DONE' }, at: this.clock.now() };
    return { ...update, $push: { journal: entry } };
  }

  /** As if the first call had been lost on the way: nothing is done, and nothing is answered. */
  private async hangOnce({ intentId, key }: Keyed): Promise<void> {
    const { modifiedCount } = await this.book.intents.whole.updateOne(
      { _id: intentId },
      { $addToSet: { unanswered: key } },
    );
    if (modifiedCount === 0) return;
    await sleep(HANGS_FOR_MS, undefined, { ref: false });
    throw new Error('the test provider was asked to time out');
  }
}
