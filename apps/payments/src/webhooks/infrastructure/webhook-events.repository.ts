import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { ensureIndexes, isDuplicateKey } from '#persistence';
import type { ProviderEvent } from '../domain/webhook.ts';

/** Providers send an event again for some days; Stripe, for three. */
const KEPT_FOR_S = 30 * 24 * 3_600;

/** TAKEN: made us look at its payment. The others changed nothing. FOR_PEOPLE: somebody has to. */
export type EventResult = 'TAKEN' | 'UNKNOWN_PAYMENT' | 'NOTHING_TO_DO' | 'FOR_PEOPLE';

interface EventDocument {
  /** `<provider>:<event id>` */
  _id: string;
  type: string;
  intentId?: string;
  orderId?: string;
  /** Absent while it is being taken, and when that process was killed: then its repetition is taken. */
  result?: EventResult;
  receivedAt: Date;
}

/** Events that providers have told: each is acted upon once. */
@Injectable()
export class WebhookEventsRepository implements OnModuleInit {
  private readonly events: Collection<EventDocument>;

  constructor(db: Db) {
    this.events = db.collection('webhook_events');
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.events, [
      {
        keys: { receivedAt: 1 },
        options: { name: 'over', expireAfterSeconds: KEPT_FOR_S },
        serves: 'MongoDB, which removes what is older than any repetition',
      },
    ]);
  }

  /** False when the event was taken before. To take one twice, at the same time, does nothing twice. */
  async add(provider: string, { eventId, ...event }: ProviderEvent, receivedAt: Date): Promise<boolean> {
    try {
      await this.events.insertOne({ _id: idOf(provider, eventId), ...event, receivedAt });
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const known = await this.events.findOne({ _id: idOf(provider, eventId) });
      return known?.result === undefined;
    }
  }

  async note(provider: string, { eventId }: ProviderEvent, result: EventResult): Promise<void> {
    await this.events.updateOne({ _id: idOf(provider, eventId) }, { $set: { result } });
  }

  /** Lets the provider send it again, when it could not be acted upon. */
  async forget(provider: string, { eventId }: ProviderEvent): Promise<void> {
    await this.events.deleteOne({ _id: idOf(provider, eventId), result: { $exists: false } });
  }
}

function idOf(provider: string, eventId: string): string {
  return `${provider}:${eventId}`;
}
