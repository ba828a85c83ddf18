import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Collection, Db } from 'mongodb';
import { type Outboxed, outboxIndex, OutboxRelay, type PendingFact } from '#messaging';
import { ensureIndexes, isDuplicateKey } from '#persistence';
import type { Admission, Movement } from '../domain/admission.ts';

type AdmissionDocument = Omit<Admission, 'ticketId' | 'movements'> & Outboxed & { movements: Movement[] };

const COLLECTION = 'admissions';

@Injectable()
export class AdmissionsRepository implements OnModuleInit {
  private readonly admissions: Collection<AdmissionDocument>;

  constructor(
    db: Db,
    private readonly relay: OutboxRelay,
  ) {
    this.admissions = db.collection(COLLECTION);
    relay.watch(COLLECTION);
  }

  async onModuleInit(): Promise<void> {
    await ensureIndexes(this.admissions, [
      {
        keys: { eventId: 1, inside: 1 },
        options: { name: 'event_inside' },
        serves: 'attendance: admitted and inside of many events, counted in the index alone',
      },
      outboxIndex,
    ]);
  }

  /**
   * The write that decides: it succeeds only on the version that the decision was made on (for the first movement, only
   * if there is none), and carries the fact. False when another movement came first; nothing is changed then.
   *
   * The outbox cannot overflow: it holds at most one fact a movement, and MAX_MOVEMENTS is no more than its capacity.
   */
  async move(after: Admission, movement: Movement, fact: PendingFact): Promise<boolean> {
    if (after.version === 1) return this.insert(after, fact);
    const moved = {
      $set: { version: after.version, inside: after.inside },
      $push: { movements: movement },
    };
    const unmoved = { _id: after.ticketId, version: after.version - 1 };
    return this.relay.update<AdmissionDocument>(COLLECTION, unmoved, moved, [fact]);
  }

  async find(ticketId: string): Promise<Admission | undefined> {
    return (await this.findMany([ticketId])).get(ticketId);
  }

  /** For a loader: the admissions of many tickets with one query. */
  findMany = async (ticketIds: readonly string[]): Promise<Map<string, Admission>> => {
    const found = await this.admissions.find({ _id: { $in: [...ticketIds] } }).toArray();
    return new Map(
      found.map(({ _id, eventId, organizationId, version, inside, movements }) => [
        _id,
        { ticketId: _id, eventId, organizationId, version, inside, movements },
      ]),
    );
  };

  /** Tickets of each event that were let in, and those of them that have not left. */
  async count(eventIds: readonly string[]): Promise<Map<string, { admitted: number; inside: number }>> {
    const counts = await this.admissions
      .aggregate<{ _id: string; admitted: number; inside: number }>([
        { $match: { eventId: { $in: eventIds } } },
        {
          $group: {
            _id: '$eventId',
            admitted: { $sum: 1 },
            inside: { $sum: { $cond: ['$inside', 1, 0] } },
          },
        },
      ])
      .toArray();
    return new Map(counts.map(({ _id, admitted, inside }) => [_id, { admitted, inside }]));
  }

  private async insert(first: Admission, fact: PendingFact): Promise<boolean> {
    const { ticketId, movements, ...fields } = first;
    const document = { _id: ticketId, ...fields, movements: [...movements] };
    try {
      await this.relay.insert<AdmissionDocument>(COLLECTION, document, [fact]);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}
