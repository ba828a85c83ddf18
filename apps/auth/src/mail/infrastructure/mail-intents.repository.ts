import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { CLOCK, type Clock } from '#kernel';
import { ensureIndexes, isDuplicateKey } from '#persistence';
import { dueAgainAt, intentIdOf, type MailIntent, type MailOrder } from '../domain/mail-intent.ts';

type MailIntentDocument = MailOrder & {
  _id: string;
  tries: number;
  /** When it is to be taken up (again); absent when it is parked. */
  dueAt?: Date;
  parkedAt?: Date;
  createdAt: Date;
};

/** Longer than a mail takes; after it, whoever had taken the mail up has died. */
const LEASE_MS = 30_000;
/** How long it stays known that a mail could not be sent. */
const PARKED_FOR_S = 7 * 24 * 3_600;

/** Mails that are to be sent. One that is written down here is sent at least once, whatever crashes. */
@Injectable()
export class MailIntentsRepository implements OnModuleInit {
  private readonly intents: Collection<MailIntentDocument>;

  constructor(
    db: Db,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.intents = db.collection('mail_intents');
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.intents, [
      { keys: { dueAt: 1 }, options: { name: 'due' }, serves: 'the sweep: what is due, oldest first' },
      {
        keys: { parkedAt: 1 },
        options: { name: 'parked', expireAfterSeconds: PARKED_FOR_S },
        serves: 'removal of mails that could not be sent',
      },
    ]);
  }

  /** What is written down already stays as it is. One that was parked is given another chance. */
  async add(order: MailOrder): Promise<void> {
    const now = this.clock.now();
    const { kind: _kind, ...subject } = order;
    try {
      await this.intents.updateOne(
        { _id: intentIdOf(order), dueAt: { $exists: false } },
        {
          $set: { kind: order.kind, ...subject, tries: 0, dueAt: now, createdAt: now },
          $unset: { parkedAt: '' },
        },
        { upsert: true },
      );
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** The mail that has been due for longest; nobody else gets it for LEASE_MS. */
  async takeUp(): Promise<MailIntent | undefined> {
    const now = this.clock.now();
    const taken = await this.intents.findOneAndUpdate(
      { dueAt: { $lte: now } },
      { $set: { dueAt: new Date(now.getTime() + LEASE_MS) }, $inc: { tries: 1 } },
      { sort: { dueAt: 1 }, returnDocument: 'after' },
    );
    if (!taken) return undefined;
    const { _id: id, dueAt: _due, parkedAt: _parked, createdAt: _created, ...order } = taken;
    return { ...order, id };
  }

  async postpone({ id, tries }: MailIntent): Promise<void> {
    const dueAt = dueAgainAt(tries, this.clock.now());
    await this.intents.updateOne({ _id: id, tries }, { $set: { dueAt } });
  }

  /** Sent, or nothing to send. */
  async settle({ id, tries }: MailIntent): Promise<void> {
    await this.intents.deleteOne({ _id: id, tries });
  }

  /** Given up. */
  async park({ id, tries }: MailIntent): Promise<void> {
    await this.intents.updateOne(
      { _id: id, tries },
      { $set: { parkedAt: this.clock.now() }, $unset: { dueAt: '' } },
    );
  }
}
