import { Inject, Injectable } from '@nestjs/common';
import type { UpdateFilter } from 'mongodb';
import { CLOCK, type Clock } from '#kernel';
import type { Outcome } from '../payments/domain/operation.ts';
import {
  type AnnouncedEvent,
  type IntentDocument,
  IntentBook,
  type IntentDispute,
  type PendingAuthorization,
  type RefundComingBack,
} from './intent-book.ts';
import { METHODS } from './methods.ts';

/** How long a bank takes to move the money of a dispute. */
const DISPUTE_MOVES_AFTER_MS = 3_000;

/**
 * What the provider decides later: authorizations that were left undecided, by the buyer's word or when their time has come,
 * and what banks make of refunds and payments after them.
 */
@Injectable()
export class Decisions {
  constructor(
    private readonly book: IntentBook,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The buyer approves or denies. False when the intent does not wait for the buyer (any more). */
  async answerChallenge(intentId: string, isApproved: boolean): Promise<boolean> {
    const intent = await this.book.intents.whole.findOne({ _id: intentId, 'pending.waitsFor': 'BUYER' });
    if (!intent?.pending) return false;
    const denied: Outcome = { result: 'REFUSED', code: 'AUTHENTICATION_FAILED' };
    return this.decide(intentId, intent.pending, isApproved ? { result: 'DONE' } : denied);
  }

  /** Those that the provider has been at for long enough. */
  async decideDue(limit: number): Promise<void> {
    const now = this.clock.now();
    const due = this.book.intents.whole.find({ 'pending.decideAt': { $lte: now } }).limit(limit);
    for await (const { _id, pending } of due)
      if (pending) await this.decide(_id, pending, { result: 'DONE' });
  }

  /** Refunds that were paid, and that banks send back: the provider has the money again. */
  async takeBackDue(limit: number): Promise<void> {
    const now = this.clock.now();
    const due = this.book.intents.whole.find({ 'comesBack.at': { $lte: now } }).limit(limit);
    for await (const { _id, comesBack } of due)
      if (comesBack)
        await this.book.intents.updateOne(
          { _id, 'comesBack.key': comesBack.key, 'journal.key': comesBack.key },
          sentBack(comesBack, now),
        );
  }

  /** Disputes: the bank takes the money, and gives it again if it comes to that. */
  async disputeDue(limit: number): Promise<void> {
    const now = this.clock.now();
    const due = this.book.intents.whole
      .find({ 'dispute.at': { $lte: now }, status: 'CAPTURED' })
      .limit(limit);
    for await (const { _id, dispute } of due)
      if (dispute?.at)
        await this.book.intents.updateOne({ _id, 'dispute.at': dispute.at }, bankMoves(dispute, now));
  }

  /** Of two who decide at once, one does. */
  private async decide(
    intentId: string,
    { key, method }: PendingAuthorization,
    outcome: Outcome,
  ): Promise<boolean> {
    return this.book.intents.updateOne(
      { _id: intentId, status: 'OPEN', 'pending.key': key },
      authorized({ key, method, outcome, now: this.clock.now() }),
    );
  }
}

/** A refund that has come back: with what is answered to who asks from then on, and its event, which is sent twice. */
function sentBack({ key, amount }: RefundComingBack, now: Date): UpdateFilter<IntentDocument> {
  const outcome: Outcome = { result: 'REFUSED', code: 'EXPIRED_OR_CANCELED_CARD' };
  const event: AnnouncedEvent = {
    id: `evt_${key.replaceAll(':', '_')}_back`,
    type: 'refund.failed',
    at: now,
    copies: 2,
    refundKey: key,
  };
  return {
    $set: { 'journal.$.later': outcome, announceAt: now },
    $inc: { refunded: -amount },
    $unset: { comesBack: '' },
    $push: { events: event },
  };
}

function bankMoves({ id, isWon, moved }: IntentDispute, now: Date): UpdateFilter<IntentDocument> {
  const isBack = moved === 'WITHDRAWN';
  const event: AnnouncedEvent = {
    id: `evt_${id}_${isBack ? 'back' : 'taken'}`,
    type: isBack ? 'charge.dispute.funds_reinstated' : 'charge.dispute.funds_withdrawn',
    at: now,
    copies: 2,
    disputeId: id,
  };
  const next: IntentDispute = isBack
    ? { id, isWon, moved: 'REINSTATED' }
    : { id, isWon, moved: 'WITHDRAWN', ...(isWon ? { at: disputeTime(now) } : {}) };
  return { $set: { dispute: next, announceAt: now }, $push: { events: event } };
}

function disputeTime(now: Date): Date {
  return new Date(now.getTime() + DISPUTE_MOVES_AFTER_MS);
}

interface Authorized {
  readonly key: string;
  readonly method: string;
  readonly outcome: Outcome;
  readonly now: Date;
}

/** An authorization with its journal entry, and its event if the method is one that sends webhooks. */
export function authorized({ key, method, outcome, now }: Authorized): UpdateFilter<IntentDocument> {
  const isDone = outcome.result === 'DONE';
  const { webhooks: copies = 0, disputed } = METHODS.get(method) ?? {};
  const dispute: IntentDispute = {
    id: `dp_${key.replaceAll(':', '_')}`,
    isWon: disputed === 'WON',
    at: disputeTime(now),
  };
  const event: AnnouncedEvent = {
    id: `evt_${key.replaceAll(':', '_')}`,
    type: isDone ? 'payment_intent.amount_capturable_updated' : 'payment_intent.payment_failed',
    at: now,
    copies,
  };
  return {
    $set: {
      ...(isDone ? { status: 'AUTHORIZED', method } : { status: 'OPEN' }),
      ...(copies > 0 ? { announceAt: now } : {}),
      ...(isDone && disputed ? { dispute } : {}),
    },
    $unset: { pending: '' },
    $push: {
      journal: { key, command: 'AUTHORIZE', outcome, at: now },
      ...(copies > 0 ? { events: event } : {}),
    },
  };
}
