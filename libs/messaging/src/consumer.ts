import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { type Consumer, type EachBatchPayload, Kafka, type KafkaMessage } from 'kafkajs';
import { type Fact, type FactsOf, parseFact, type TopicContract } from '#contracts';
import {
  bounded,
  counter,
  durations,
  inSpan,
  LOGGER,
  type Logger,
  PeriodicMetrics,
  Readiness,
  withCorrelation,
} from '#observability';
import { ConsumerLag } from './consumer-lag.ts';
import { DeadLetters } from './dead-letters.ts';
import { isEngineDown } from './engine-down.ts';
import { handlingSpan, inBatchSpans } from './fact-spans.ts';
import { KafkaNames } from './kafka.ts';
import { OffsetCommits } from './offset-commits.ts';
import { Attempts, Interrupted } from './attempts.ts';

/** Where a fact stands in its topic, for handlers that store how far they have counted beside what they counted. */
export interface FactPosition {
  readonly partition: number;
  /** Rises within the partition; at most 2^53, as a number can count. */
  readonly offset: number;
}

type HandlerOf<F extends Fact> = (fact: F, position: FactPosition) => Promise<unknown>;

/** What a service does with the facts of one topic. Every handler is idempotent: facts come at least once. */
export interface Subscription<T extends TopicContract> {
  readonly topic: T;
  /** One fact at a time, in the order of its key. */
  readonly each?: { readonly [K in FactsOf<T>['type']]?: HandlerOf<Extract<FactsOf<T>, { type: K }>> };
  /**
   * All facts of a fetched batch at once, for copies that are written in bulk. Runs before `each`.
   * `positions[i]` is where `facts[i]` stands; a batch is of one partition.
   */
  readonly batch?: (facts: FactsOf<T>[], positions: readonly FactPosition[]) => Promise<unknown>;
}

interface AnySubscription {
  readonly topic: TopicContract;
  readonly each?: Readonly<Record<string, HandlerOf<Fact> | undefined>>;
  readonly batch?: (facts: Fact[], positions: readonly FactPosition[]) => Promise<unknown>;
}

interface ReceivedFact {
  readonly message: KafkaMessage;
  readonly fact: Fact;
  readonly position: FactPosition;
  parked?: boolean;
}

const handled = counter('tessera_facts_handled_total', 'Facts handled, each once, alone or in a batch', [
  'topic',
  'type',
]);

/** Waiting for an engine that is down counts: facts are handled late then, whoever is to blame. */
const handling = durations('tessera_fact_handling_seconds', 'Handling of one fact, its retries included', [
  'topic',
  'type',
  'outcome',
]);
const together = durations('tessera_fact_batch_seconds', 'Handling of a batch of facts at once', [
  'topic',
  'outcome',
]);

/** Handling a fact is mostly waiting for databases. */
const PARTITIONS_AT_ONCE = 16;
/** Facts of one partition that are handled side by side, before it is noted how far it was read. */
const FACTS_AT_ONCE = 100;

/** Pause before a consumer that kafkajs gave up on joins its group again. */
const REJOIN_AFTER_MS = 1_000;

/** Nest injection token of the time that the handling of one fact, or of one batch, may take. */
export const HANDLING_LIMIT_MS = Symbol('HandlingLimitMs');

/** Correlation ids that the log line of a batch names at most. */
const MAX_LOGGED = 50;

/** Nest injection token of the service's name, which is also its consumer group. */
export const SERVICE_NAME = Symbol('ServiceName');

/**
 * The service's one consumer group. An engine that is down pauses it, with heartbeats, until the engine is back; a fact
 * that fails by itself is tried again in place for at most 5 s and then parked with its reason, and the partition goes on.
 * Handling that does not end is begun anew twice before that: a handler must be harmless beside itself.
 */
@Injectable()
export class FactConsumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly subscriptions = new Map<string, AnySubscription>();
  private consumer: Consumer | undefined;
  private joined = false;
  private isClosing = false;
  private commits: OffsetCommits | undefined;
  private lag: ConsumerLag | undefined;

  constructor(
    @Inject(Kafka) private readonly kafka: Kafka,
    private readonly names: KafkaNames,
    private readonly deadLetters: DeadLetters,
    private readonly readiness: Readiness,
    private readonly metrics: PeriodicMetrics,
    @Inject(SERVICE_NAME) private readonly service: string,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(HANDLING_LIMIT_MS) private readonly limitMs: number,
  ) {}

  /** To be called before the application has started, once for each topic. */
  subscribe<T extends TopicContract>(subscription: Subscription<T>): void {
    const { name } = subscription.topic;
    if (this.subscriptions.has(name)) throw new Error(`${name} already has a subscription in this service`);
    this.subscriptions.set(name, subscription as unknown as AnySubscription);
  }

  get topics(): TopicContract[] {
    return [...this.subscriptions.values()].map(({ topic }) => topic);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.subscriptions.size === 0) return;
    this.readiness.add('kafka consumer', () => {
      if (!this.joined) throw new Error('has not joined its group');
    });
    const groupId = this.names.group(this.service);
    this.lag = new ConsumerLag(this.kafka, this.names, groupId, [...this.subscriptions.keys()]);
    this.metrics.add('consumer lag', this.lag);
    this.consumer = this.kafka.consumer({
      groupId,
      sessionTimeout: 10_000,
      heartbeatInterval: 2_000,
      rebalanceTimeout: 15_000,
      maxWaitTimeInMs: 250,
      // kafkajs gives up on a broker that stays away; a service does not.
      retry: {
        initialRetryTime: 200,
        maxRetryTime: 5_000,
        retries: 1_000_000,
        restartOnFailure: () => Promise.resolve(true),
      },
    });
    const { consumer } = this;
    const commits = new OffsetCommits(consumer, this.logger);
    this.commits = commits;
    const { GROUP_JOIN, CRASH, DISCONNECT } = consumer.events;
    const run = (): Promise<void> =>
      consumer.run({
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatchAutoResolve: false,
        autoCommit: false,
        eachBatch: (payload) => this.handleBatch(payload, commits),
      });
    this.consumer.on(GROUP_JOIN, () => {
      commits.forget();
      this.joined = true;
    });
    this.consumer.on(CRASH, ({ payload }) => {
      this.joined = false;
      this.logger.warn({ err: payload.error }, 'the consumer crashed and starts again');
      // For kafkajs no retry cures "no broker could be asked for the coordinator", and it would stay away for good.
      if (!payload.restart) this.soonUnlessClosing(run);
    });
    this.consumer.on(DISCONNECT, () => (this.joined = false));
    await this.consumer.connect();
    await this.consumer.subscribe({
      topics: [...this.subscriptions.keys()].map((name) => this.names.topic(name)),
      fromBeginning: true,
    });
    await run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    await Promise.all([this.leave(), this.lag?.end()]);
  }

  private async leave(): Promise<void> {
    await this.commits?.commit();
    await this.consumer?.disconnect();
    this.commits?.forget();
  }

  private soonUnlessClosing(run: () => Promise<void>): void {
    setTimeout(() => {
      if (this.isClosing) return;
      run().catch((error: unknown) => {
        this.logger.warn({ err: error }, 'the consumer could not be started');
        this.soonUnlessClosing(run);
      });
    }, REJOIN_AFTER_MS).unref();
  }

  private async handleBatch(payload: EachBatchPayload, commits: OffsetCommits): Promise<void> {
    const { batch, resolveOffset, heartbeat, isRunning, isStale } = payload;
    const subscription = this.subscriptions.get(this.names.contractName(batch.topic));
    if (!subscription) return;
    const goOn = (): boolean => isRunning() && !isStale();
    const attempts = new Attempts(isEngineDown, heartbeat, goOn, this.logger);

    const received = await this.parse(subscription.topic, batch, attempts);
    if (subscription.batch && received.length > 0)
      await this.handleTogether(subscription, received, attempts);
    const byMessage = new Map(received.map((one) => [one.message, one]));
    for (const messages of chunksOf(FACTS_AT_ONCE, batch.messages)) {
      const facts = messages.flatMap((message) => byMessage.get(message) ?? []);
      await this.handleEach(subscription, facts, attempts, goOn);
      const last = messages.at(-1);
      if (!last || !goOn()) return;
      resolveOffset(last.offset);
      commits.note(batch.topic, batch.partition, last.offset);
      await heartbeat();
    }
  }

  /** Facts of one key one after the other, those of different keys side by side. Returns when none is being handled. */
  private async handleEach(
    { topic, each, batch }: AnySubscription,
    received: readonly ReceivedFact[],
    attempts: Attempts,
    goOn: () => boolean,
  ): Promise<void> {
    const byKey = Map.groupBy(received, ({ fact }) => fact.aggregateId);
    const outcomes = await Promise.allSettled(
      [...byKey.values()].map(async (facts) => {
        for (const one of facts) {
          if (!goOn()) return;
          const handle = each?.[one.fact.type];
          await this.handleOne(topic, one, handle, attempts);
          if (!one.parked && (handle || batch)) handled.inc({ topic: topic.name, type: one.fact.type });
        }
      }),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async parse(
    topic: TopicContract,
    { messages, partition }: EachBatchPayload['batch'],
    attempts: Attempts,
  ): Promise<ReceivedFact[]> {
    const received: ReceivedFact[] = [];
    for (const message of messages) {
      if (message.value === null) continue;
      try {
        const fact = parseFact(topic, message.value.toString());
        if (fact) received.push({ message, fact, position: { partition, offset: Number(message.offset) } });
      } catch (error) {
        await attempts.untilDone(() => this.deadLetters.park(topic, message, error, 1));
      }
    }
    return received;
  }

  /** A batch that fails for a reason of its own is handled fact by fact, so that one bad fact parks alone. */
  private async handleTogether(
    subscription: AnySubscription,
    received: ReceivedFact[],
    attempts: Attempts,
  ): Promise<void> {
    const handle = subscription.batch;
    if (!handle) return;
    const { name: topic } = subscription.topic;
    const end = together.startTimer({ topic });
    try {
      const facts = received.map(({ fact }) => fact);
      const positions = received.map(({ position }) => position);
      await inBatchSpans(received, topic, () =>
        attempts.whileEngineDown(() => this.bounded(`batch of ${topic}`, () => handle(facts, positions))),
      );
      end({ outcome: 'handled' });
      this.logTogether(subscription.topic, facts);
    } catch (error) {
      if (error instanceof Interrupted) return;
      if (attempts.interrupted) throw error;
      end({ outcome: 'failed' });
      this.logger.warn({ err: error, topic }, 'a batch failed; its facts are handled one by one');
      for (const one of received)
        await this.handleOne(
          subscription.topic,
          one,
          (fact, position) => handle([fact], [position]),
          attempts,
        );
    }
  }

  private bounded(name: string, work: () => Promise<unknown>): Promise<unknown> {
    return bounded(name, this.logger, work, this.limitMs);
  }

  /** One line for a batch that may hold thousands of facts, with what a request can be followed by. */
  private logTogether(topic: TopicContract, facts: readonly Fact[]): void {
    const correlationIds = [...new Set(facts.map(({ correlationId }) => correlationId))].slice(0, MAX_LOGGED);
    this.logger.info({ topic: topic.name, facts: facts.length, correlationIds }, 'facts handled');
  }

  private async handleOne(
    topic: TopicContract,
    received: ReceivedFact,
    handle: HandlerOf<Fact> | undefined,
    attempts: Attempts,
  ): Promise<void> {
    if (!handle) return;
    const { fact, message, position } = received;
    const correlation = { correlationId: fact.correlationId, causationId: fact.id };
    await withCorrelation(correlation, async () => {
      const end = handling.startTimer({ topic: topic.name, type: fact.type });
      const outcome = await attempts.forAWhile(() =>
        inSpan(...handlingSpan(received, topic.name), () =>
          this.bounded(`${fact.type} of ${topic.name}`, () => handle(fact, position)),
        ),
      );
      end({ outcome: outcome.done ? 'handled' : 'parked' });
      if (outcome.done) {
        this.logger.debug(
          { fact: fact.type, factId: fact.id, aggregateId: fact.aggregateId },
          'fact handled',
        );
        return;
      }
      received.parked = true;
      this.logger.error({ err: outcome.error, fact: fact.type, factId: fact.id }, 'a fact is parked');
      await attempts.untilDone(() => this.deadLetters.park(topic, message, outcome.error, outcome.tries));
    });
  }
}

function* chunksOf<T>(size: number, all: readonly T[]): Iterable<T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}
