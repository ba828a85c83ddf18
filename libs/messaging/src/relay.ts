import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { Db, type Filter, type UpdateFilter } from 'mongodb';
import { CLOCK, type Clock, IDS, type IdSource } from '#kernel';
import { LOGGER, type Logger, outsideOfTraces, PeriodicMetrics } from '#observability';
import { GroupedCollection, isDuplicateKey } from '#persistence';
import type { PendingFact } from './facts.ts';
import { isTooLarge } from './kafka.ts';
import { asLeased, LeasedOutboxes, type Outbox } from './leased-outboxes.ts';
import { OutboxBacklog } from './outbox-backlog.ts';
import { type Outboxed, outboxHasRoom, outboxOf, withFacts } from './outbox.ts';
import { FactProducer } from './producer.ts';

const SWEEP_EVERY_MS = 1_000;
/** A document whose facts are younger is left to the relay that was told of it. */
const SWEEP_AGE_MS = 2_000;
/** Documents relayed at once: at 2 KB a fact well below the 1 MB that a partition takes in one batch. */
const BATCH = 500;
/** Documents whose facts are kept in memory at most; beyond it, while Kafka is slow, they wait in MongoDB alone. */
const MAX_HANDED = 2_000;
/** Less is too little to publish in: who comes next may hold the lease by then. */
const MIN_LEASE_LEFT_MS = 5_000;
/** Facts that come within this time go in one request: to Kafka and its readers ten in one cost little more than one. */
const LINGER_MS = 5;
/**
 * How long published facts may stay in their outboxes. Most documents that carry facts change again within a second, and
 * that write clears them in passing.
 */
const CLEAR_AFTER_MS = 1_000;
/** For facts that are written in bulk: their writer publishes them when it is done, or a sweep after this time. */
const HOLD_BACK_MS = 30_000;

/** A document that is to be inserted with its first facts. */
export interface NewDocument<D extends Outboxed> {
  readonly document: D;
  readonly facts: readonly [PendingFact, ...PendingFact[]];
}

/** What the relay knows of one collection. */
interface Watched {
  readonly documents: GroupedCollection<Outboxed>;
  readonly outboxes: LeasedOutboxes;
  /** Documents that have facts, which are to be leased and read. */
  readonly told: Set<string>;
  /** Documents that were written with a lease of ours, with their facts. */
  readonly handed: Map<string, Outbox>;
  /** Outboxes whose facts are on Kafka and which are not cleared yet. */
  readonly published: Map<string, Outbox>;
}

/** Outboxes of one collection that are under leases of this relay. */
interface Leased {
  readonly watched: Watched;
  readonly outboxes: readonly Outbox[];
}

/**
 * Brings facts from outboxes to Kafka. A write by `insert`, `insertAbsent` or `update` carries the relay's lease along
 * with the facts, so that they go to Kafka straight from memory, right after the write; outboxes are cleared after that,
 * many at once. What could not be written so (others' facts are still in the outbox), what `publishSoon` tells of, and
 * what the sweep finds left behind by a crash or an outage, is leased and read first.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly watched = new Map<string, Watched>();
  /** Name of the leases that documents are born with. */
  private readonly birth: string;
  private running: Promise<void> | undefined;
  private clearing: Promise<void> = Promise.resolve();
  private clearTimer: NodeJS.Timeout | undefined;
  private sweepTimer: NodeJS.Timeout | undefined;
  private stopping = false;

  constructor(
    private readonly db: Db,
    private readonly producer: FactProducer,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(IDS) private readonly ids: IdSource,
    metrics: PeriodicMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.birth = ids.uuid();
    metrics.add('outbox', new OutboxBacklog(this.watched, clock));
  }

  /** The collections whose documents carry outboxes; called once for each by its repository. */
  watch(name: string): void {
    const documents = new GroupedCollection<Outboxed>(this.db, name);
    this.watched.set(name, {
      documents,
      outboxes: new LeasedOutboxes(documents, this.ids, this.birth),
      told: new Set(),
      handed: new Map(),
      published: new Map(),
    });
  }

  /** Inserts a document with its first facts. @throws what `insertOne` throws, such as a duplicate key */
  async insert<D extends Outboxed>(name: string, document: D, facts: readonly PendingFact[]): Promise<void> {
    const { documents, outboxes, handed } = this.in(name);
    const now = this.clock.now();
    const lease = handed.size < MAX_HANDED ? outboxes.lease(now) : undefined;
    const carried =
      facts.length > 0 ? { ...outboxOf(facts, now), ...(lease ? { outboxLease: lease } : {}) } : {};
    await documents.insertOne({ ...document, ...carried });
    if (facts.length === 0) return;
    if (lease) this.hand(handed, { _id: document._id, facts, lease });
    else this.publishSoon(name, document._id);
  }

  /**
   * Inserts those of the documents that are not there yet, each with its first facts, together and in any order. Unique
   * indexes decide what is there. It stays as it is, and the facts that may still wait in it are published, too.
   */
  async insertAbsent<D extends Outboxed>(name: string, all: readonly NewDocument<D>[]): Promise<void> {
    if (all.length === 0) return;
    const { documents, outboxes, told, handed } = this.in(name);
    const now = this.clock.now();
    const lease = handed.size + all.length <= MAX_HANDED ? outboxes.lease(now) : undefined;
    await Promise.all(
      all.map(async ({ document, facts }) => {
        const carried = { ...outboxOf(facts, now), ...(lease ? { outboxLease: lease } : {}) };
        const isNew = await insertIfAbsent(documents, { ...document, ...carried });
        if (lease && isNew) handed.set(document._id, { _id: document._id, facts, lease });
        else told.add(document._id);
      }),
    );
    this.wake();
  }

  /**
   * Changes a document and appends facts of the change, if `filter` holds and the outbox has room. False when not:
   * nothing was changed.
   */
  async update<D extends Outboxed>(
    name: string,
    filter: Filter<D> & { _id: string },
    change: UpdateFilter<D>,
    facts: readonly PendingFact[],
  ): Promise<boolean> {
    const { documents: untyped, outboxes, handed, published } = this.in(name);
    const documents = untyped as unknown as GroupedCollection<D>;
    const mayChange = { ...filter, ...outboxHasRoom<D>() };
    if (facts.length === 0) return documents.updateOne(mayChange, change);
    const now = this.clock.now();
    const update = withFacts<D>(change, facts, now);
    if (handed.size < MAX_HANDED) {
      const lease = outboxes.lease(now);
      const done = published.get(filter._id);
      const isFree = done ? asLeased(done) : { outboxAt: { $exists: false } };
      // What is on Kafka already makes room for what is not.
      const fields = { ...change.$set, outbox: [...facts], outboxAt: now, outboxLease: lease };
      const leased = { ...change, $set: fields } as unknown as UpdateFilter<D>;
      if (await documents.updateOne({ ...mayChange, ...isFree } as typeof mayChange, leased)) {
        if (published.get(filter._id) === done) published.delete(filter._id);
        this.hand(handed, { _id: filter._id, facts, lease });
        return true;
      }
    }
    const changed = await documents.updateOne(mayChange, update);
    if (changed) this.publishSoon(name, filter._id);
    return changed;
  }

  /**
   * The fields that carry the first facts of a document of many that are about to be written. They are held back until
   * `publishSoon` tells of them, so that no sweep publishes them in driblets meanwhile: small batches cost every
   * consumer as much as large ones.
   */
  heldBack(facts: readonly PendingFact[]): Omit<Outboxed, '_id'> {
    const now = this.clock.now();
    const until = new Date(now.getTime() + HOLD_BACK_MS);
    return { ...outboxOf(facts, now), outboxLease: { by: this.birth, until } };
  }

  /** Publishes what waits in these outboxes, unless another relay is at work on them. */
  publishSoon(name: string, ...documentIds: string[]): void {
    const { told } = this.in(name);
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
    await this.clear();
  }

  private in(name: string): Watched {
    const watched = this.watched.get(name);
    if (!watched) throw new Error(`${name} is not watched by the relay`);
    return watched;
  }

  private hand(handed: Map<string, Outbox>, outbox: Outbox): void {
    handed.set(outbox._id, outbox);
    this.wake();
  }

  private wake(): void {
    if (this.running || this.stopping) return;
    this.running = outsideOfTraces(() => this.drain()).then(
      () => this.rest(),
      (error: unknown) => {
        this.running = undefined;
        this.logger.warn({ err: error }, 'facts wait in their outboxes');
      },
    );
  }

  private rest(): void {
    this.running = undefined;
    if (this.hasWork()) this.wake();
  }

  private hasWork(): boolean {
    return [...this.watched.values()].some(({ handed, told }) => handed.size > 0 || told.size > 0);
  }

  private async drain(): Promise<void> {
    while (this.hasWork()) {
      await sleep(LINGER_MS);
      const all = [...this.watched.values()];
      await this.publish(all.map((watched) => ({ watched, outboxes: this.takeHanded(watched) })));
      for (const watched of all) {
        if (watched.told.size === 0) continue;
        // What was told may be in outboxes that are published and not cleared yet.
        await this.clear();
        const ids = [...watched.told].slice(0, BATCH);
        for (const id of ids) watched.told.delete(id);
        await this.publish([{ watched, outboxes: await watched.outboxes.take(ids, this.clock.now()) }]);
      }
    }
  }

  /** Those whose lease is about to end are left to be leased anew, by the sweep at the latest. */
  private takeHanded({ handed, told }: Watched): Outbox[] {
    const enough = new Date(this.clock.now().getTime() + MIN_LEASE_LEFT_MS);
    const taken = [...handed.values()].slice(0, BATCH);
    for (const { _id, lease } of taken) {
      handed.delete(_id);
      if (lease.until < enough) told.add(_id);
    }
    return taken.filter(({ lease }) => lease.until >= enough);
  }

  /** Publishes outboxes in one request, and has them cleared. */
  private async publish(leased: readonly Leased[]): Promise<void> {
    const facts = leased.flatMap(({ outboxes }) => outboxes.flatMap((outbox) => outbox.facts));
    if (facts.length === 0) return;
    try {
      await this.producer.publish(facts);
    } catch (error) {
      if (isTooLarge(error)) return this.publishApart(leased, error);
      for (const { watched, outboxes } of leased) await watched.outboxes.release(outboxes);
      throw error;
    }
    await this.notePublished(leased);
  }

  /**
   * One of the outboxes holds a fact that Kafka does not take. It keeps its lease, and so comes again once that is over;
   * all others must not wait for it.
   */
  private async publishApart(leased: readonly Leased[], error: unknown): Promise<void> {
    const apart = leased.flatMap(({ watched, outboxes }) =>
      outboxes.map((outbox) => ({ watched, outboxes: [outbox] })),
    );
    if (apart.length > 1) for (const one of apart) await this.publish([one]);
    else {
      const documentIds = leased.flatMap(({ outboxes }) => outboxes.map(({ _id }) => _id));
      this.logger.error({ err: error, documentIds }, 'a fact is too large for Kafka and waits in its outbox');
    }
  }

  private async notePublished(leased: readonly Leased[]): Promise<void> {
    for (const { watched, outboxes } of leased)
      for (const outbox of outboxes) watched.published.set(outbox._id, outbox);
    if (leased.some(({ watched }) => watched.published.size >= BATCH)) await this.clear();
    else this.clearTimer ??= setTimeout(() => void this.clear(), CLEAR_AFTER_MS);
  }

  /** Clears what is published by now, after what is being cleared already. */
  private clear(): Promise<void> {
    clearTimeout(this.clearTimer);
    this.clearTimer = undefined;
    this.clearing = this.clearing.then(async () => {
      for (const watched of this.watched.values()) await this.clearIn(watched);
    });
    return this.clearing;
  }

  private async clearIn({ outboxes, published, told }: Watched): Promise<void> {
    const cleared = [...published.values()];
    if (cleared.length === 0) return;
    published.clear();
    try {
      for (const id of await outboxes.clear(cleared)) told.add(id);
    } catch (error) {
      this.logger.warn({ err: error }, 'published facts stay in their outboxes and will be published again');
    }
    if (told.size > 0) this.wake();
  }

  private async sweep(): Promise<void> {
    if (this.running) return;
    if (this.hasWork()) this.wake();
    const now = this.clock.now();
    const before = new Date(now.getTime() - SWEEP_AGE_MS);
    try {
      for (const [name, { outboxes }] of this.watched) {
        const left = await outboxes.leftSince(before, now, BATCH);
        if (left.length > 0) this.publishSoon(name, ...left);
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'the outbox sweep failed; it goes on');
    }
  }
}

/** False when it was there already. */
async function insertIfAbsent(collection: GroupedCollection<Outboxed>, document: Outboxed): Promise<boolean> {
  try {
    await collection.insertOne(document);
    return true;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return false;
  }
}
