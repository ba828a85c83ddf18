import { Inject, Injectable } from '@nestjs/common';
import type { UpdateFilter } from 'mongodb';
import { CLOCK, type Clock } from '#kernel';
import type { Outcome } from '../payments/domain/operation.ts';
import {
  type AnnouncedEvent,
  type IntentDocument,
  IntentBook,
  type PendingAuthorization,
} from './intent-book.ts';
import { METHODS } from './methods.ts';

/** Decides authorizations that were left undecided: by the buyer's word, or when their time has come. */
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

interface Authorized {
  readonly key: string;
  readonly method: string;
  readonly outcome: Outcome;
  readonly now: Date;
}

/** An authorization with its journal entry, and its event if the method is one that sends webhooks. */
export function authorized({ key, method, outcome, now }: Authorized): UpdateFilter<IntentDocument> {
  const isDone = outcome.result === 'DONE';
  const copies = METHODS.get(method)?.webhooks ?? 0;
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
    },
    $unset: { pending: '' },
    $push: {
      journal: { key, command: 'AUTHORIZE', outcome, at: now },
      ...(copies > 0 ? { events: event } : {}),
    },
  };
}
