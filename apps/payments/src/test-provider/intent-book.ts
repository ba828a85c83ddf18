import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Db } from 'mongodb';
import type { Money } from '#kernel';
import { ensureIndexes, GroupedCollection } from '#persistence';
import type { Outcome, Undecided } from '../payments/domain/operation.ts';
import type { CommandName } from './methods.ts';

export interface JournalEntry {
  readonly key: string;
  readonly command: CommandName;
  /** What a repeated call is answered, too. */
  readonly outcome: Outcome;
  /** What has become of it since. */
  readonly later?: Outcome;
  readonly at: Date;
}

/** An authorization that the provider has and has not decided. */
export interface PendingAuthorization {
  readonly key: string;
  readonly method: string;
  readonly waitsFor: Undecided['waitsFor'];
  /** When the provider decides by itself; undefined when it waits for the buyer. */
  readonly decideAt?: Date;
}

/** An event that a webhook tells. */
export interface AnnouncedEvent {
  readonly id: string;
  readonly type: string;
  readonly at: Date;
  /** Times that it is sent. */
  readonly copies: number;
  /** Of an event about a refund: its key. */
  readonly refundKey?: string;
  /** Of an event about a dispute. */
  readonly disputeId?: string;
}

/** Of all of an intent's money. */
export interface IntentDispute {
  readonly id: string;
  readonly isWon: boolean;
  /** Undefined as long as no money has moved. */
  readonly moved?: 'WITHDRAWN' | 'REINSTATED';
  /** When the bank moves the money next; undefined once it has for good. */
  readonly at?: Date;
}

/** A refund that the bank is going to send back. */
export interface RefundComingBack {
  readonly key: string;
  readonly amount: number;
  readonly at: Date;
}

export interface IntentDocument {
  _id: string;
  orderId: string;
  amount: Money;
  status: 'OPEN' | 'AUTHORIZED' | 'CAPTURED' | 'VOIDED';
  /** What authorized it. */
  method?: string;
  /** Minor units that were paid back. */
  refunded?: number;
  /** Every command that was carried out, with its outcome, oldest first. */
  journal: JournalEntry[];
  pending?: PendingAuthorization;
  comesBack?: RefundComingBack;
  dispute?: IntentDispute;
  /** Keys of the calls that were left unanswered. */
  unanswered?: string[];
  /** To be sent by webhook. Written in the update that it tells of, and taken off when it has arrived. */
  events?: AnnouncedEvent[];
  /** When the events are tried next; absent when there are none. */
  announceAt?: Date;
  /** Tries to send, in vain. */
  announceTries?: number;
}

/** The test provider's books: a database of its own, where nothing else of the platform writes. */
@Injectable()
export class IntentBook implements OnModuleInit {
  readonly intents: GroupedCollection<IntentDocument>;

  constructor(db: Db) {
    const ownBooks = db.client.db(`${db.databaseName}_test_provider`);
    this.intents = new GroupedCollection(ownBooks, 'intents');
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.intents.whole, [
      {
        keys: { 'pending.decideAt': 1 },
        options: { partialFilterExpression: { 'pending.decideAt': { $exists: true } }, name: 'undecided' },
        serves: 'the back office: authorizations that the provider is still at',
      },
      {
        keys: { 'comesBack.at': 1 },
        options: { partialFilterExpression: { 'comesBack.at': { $exists: true } }, name: 'comesBack' },
        serves: 'the back office: refunds that banks are going to send back',
      },
      {
        keys: { 'dispute.at': 1 },
        options: { partialFilterExpression: { 'dispute.at': { $exists: true } }, name: 'disputed' },
        serves: 'the back office: disputes in which banks are going to move money',
      },
      {
        keys: { announceAt: 1 },
        options: { partialFilterExpression: { announceAt: { $exists: true } }, name: 'unannounced' },
        serves: 'the back office: events that have not arrived',
      },
    ]);
  }
}
