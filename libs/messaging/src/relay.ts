import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { type Collection, Db, type Filter } from 'mongodb';
import { CLOCK, type Clock, IDS, type IdSource } from '#kernel';
import { LOGGER, type Logger, outsideOfTraces, PeriodicMetrics } from '#observability';
import type { PendingFact } from './facts.ts';
import { OutboxBacklog } from './outbox-backlog.ts';
import type { Outboxed } from './outbox.ts';
import { FactProducer } from './producer.ts';

/** Longer than a publish takes; shorter than anyone wants to wait for the facts of a relay that died. */
const LEASE_MS = 10_000;
const SWEEP_EVERY_MS = 1_000;
/** A document whose facts are younger is left to the relay that was told of it. */
const SWEEP_AGE_MS = 2_000;
/** Documents relayed at once: at 2 KB a fact well below the 1 MB that a partition takes in one batch. */
const BATCH = 500;
/** For facts that are written in bulk: their writer publishes them when it is done, or a sweep after this time. */
const HOLD_BACK_MS = 30_000;

/**
 * Brings facts from outboxes to Kafka: at once for documents it is told of (`publishSoon`), and by a sweep for what was
 * left behind by a crash or an outage. A lease keeps two relays from publishing one document at the same time; a
 * batch is leased, published and cleared in four round trips, however many documents it holds.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly collections = new Map<string, Collection<Outboxed>>();
  private readonly told = new Map<string, Set<string>>();
  private readonly owner: string;
  private running: Promise<void> | undefined;
  private sweepTimer: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(
    private readonly db: Db,
    private readonly producer: FactProducer,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) ids: IdSource,
    metrics: PeriodicMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.owner = ids.uuid();
    metrics.add('outbox', new OutboxBacklog(this.collections, clock));
  }

  /** The collections whose documents carry outboxes; called once for each by its repository. */
  watch(collection: string): void {
    this.collections.set(collection, this.db.collection<Outboxed>(collection));
    this.told.set(collection, new Set());
  }

  /**
   * A lease for documents that are about to be written in bulk, so that no sweep publishes them in driblets meanwhile:
   * small batches cost every consumer as much as large ones.
   */
  leaseFromBirth(): Required<Outboxed>['outboxLease'] {
    return { by: this.owner, until: new Date(this.clock.now().getTime() + HOLD_BACK_MS) };
  }

  /** To be called after each write that appended facts. */
  publishSoon(collection: string, ...documentIds: string[]): void {
    const told = this.told.get(collection);
    if (!told) throw new Error(`${collection} is not watched by the relay`);
    for (const documentId of documentIds) told.add(documentId);
    this.wake();
  }

  onApplicationBootstrap(): void {
    this.sweepTimer = setInterval(() => void this.sweep(), SWEEP_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.sweepTimer);
    await this.running;
    this.stopping = true;
  }

  private wake(): void {
    if (this.running || this.stopping) return;
    this.running = outsideOfTraces(() => this.drain())
      .catch((error: unknown) => this.logger.warn({ err: error }, 'facts wait in their outboxes'))
      .finally(() => {
        this.running = undefined;
      });
  }

  private async drain(): Promise<void> {
    for (;;) {
      let found = false;
      for (const [name, told] of this.told) {
        if (told.size === 0) continue;
        found = true;
        const batch = [...told].slice(0, BATCH);
        for (const documentId of batch) told.delete(documentId);
        await this.relay(name, batch);
      }
      if (!found) return;
    }
  }

  private async sweep(): Promise<void> {
    if (this.running) return;
    const now = this.clock.now();
    const before = new Date(now.getTime() - SWEEP_AGE_MS);
    try {
      for (const [name, collection] of this.collections) {
        const left = await collection
          .find(
            { outboxAt: { $lt: before }, ...unleased(now) },
            { projection: { _id: 1 }, sort: { outboxAt: 1 }, limit: BATCH },
          )
          .toArray();
        if (left.length > 0) this.publishSoon(name, ...left.map(({ _id }) => _id));
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'the outbox sweep failed; it goes on');
    }
  }

  private async relay(name: string, documentIds: readonly string[]): Promise<void> {
    const collection = this.collections.get(name);
    if (!collection) return;
    const now = this.clock.now();
    await collection.updateMany(
      { _id: { $in: [...documentIds] }, outboxAt: { $exists: true }, ...unleased(now) },
      { $set: { outboxLease: { by: this.owner, until: new Date(now.getTime() + LEASE_MS) } } },
    );
    const mine = { _id: { $in: [...documentIds] }, 'outboxLease.by': this.owner };
    const documents = await collection.find(mine, { projection: { outbox: 1 } }).toArray();
    const facts = documents.flatMap((document) => document.outbox ?? []);
    try {
      await this.producer.publish(facts);
    } catch (error) {
      await collection.updateMany(mine, { $unset: { outboxLease: '' } });
      throw error;
    }
    await this.clear(collection, mine, facts);
    // Facts that were appended while these were on their way.
    const more = await collection
      .find({ ...mine, outboxAt: { $exists: true } }, { projection: { _id: 1 } })
      .toArray();
    if (more.length > 0) {
      await collection.updateMany(
        { _id: { $in: more.map(({ _id }) => _id) }, 'outboxLease.by': this.owner },
        { $unset: { outboxLease: '' } },
      );
      this.publishSoon(name, ...more.map(({ _id }) => _id));
    }
  }

  private async clear(
    collection: Collection<Outboxed>,
    mine: { _id: { $in: string[] }; 'outboxLease.by': string },
    facts: readonly PendingFact[],
  ): Promise<void> {
    const published = facts.map(({ id }) => id);
    const rest = { $filter: { input: '$outbox', cond: { $not: [{ $in: ['$$this.id', published] }] } } };
    await collection.updateMany(mine, [
      { $set: { outbox: rest } },
      {
        $set: {
          outboxAt: { $cond: [{ $eq: ['$outbox', []] }, '$$REMOVE', '$outboxAt'] },
          outboxLease: { $cond: [{ $eq: ['$outbox', []] }, '$$REMOVE', '$outboxLease'] },
        },
      },
    ]);
  }
}

/** No relay works on the document, or the one that did has died. */
function unleased(now: Date): Filter<Outboxed> {
  return { $or: [{ outboxLease: { $exists: false } }, { 'outboxLease.until': { $lt: now } }] };
}
