import { Kafka, type IHeaders, type KafkaMessage, type Message } from 'kafkajs';
import type { KafkaSettings } from '#config';
import type { TopicContract } from '#contracts';
import type { Logger } from '#observability';
import { readToEnd } from './bounded-reading.ts';
import { glimpse } from './glimpse.ts';
import { KafkaNames, openKafka } from './kafka.ts';
import { FactProducer } from './producer.ts';
import { restateNewest } from './restate.ts';

/** Messages in one request: at 2 KB a fact well below the 1 MB that a partition takes in one batch. */
const BATCH = 100;

/** What parking added to a fact's own headers; see {@link DeadLetters}. */
const PARKING_HEADERS = new Set(['x-error', 'x-attempts', 'x-offset']);
const DONE_HEADER = 'x-done';
const HOW_HEADER = 'x-done-by';

/** A fact that a service could not handle, and that nobody has replayed or dropped. */
export interface DeadLetter {
  readonly topic: TopicContract;
  /** In the dead-letter topic, which has one partition. */
  readonly offset: string;
  /** For people: topic and offset, `tickets.orders.v1#17`. */
  readonly reference: string;
  /** Undefined when the message is not a readable fact, which may be the reason why it stands here. */
  readonly factType: string | undefined;
  readonly factId: string | undefined;
  readonly key: string | null;
  readonly parkedAt: Date;
  /** How often its handling was tried. */
  readonly tries: number;
  readonly reason: string;
  /** Where it stood in its partition of the topic that it came from. */
  readonly sourceOffset: string;
  readonly message: KafkaMessage;
}

/**
 * The operators' side of the dead-letter topics.
 *
 * A parked fact is done with once a marker stands behind it in the same topic: a message without key and value whose
 * header `x-done` names the fact's offset. A committed offset would not do, since facts are picked out of order; a
 * file or a database would have to be kept in step with Kafka. The marker lives as long as the fact does and goes with
 * it when the topic's retention (30 days) is over. A fact is published before it is marked: a tool that is killed in
 * between leaves it parked, and replaying it again is harmless because every consumer is idempotent.
 */
export class DeadLetterBox {
  constructor(
    private readonly kafka: Kafka,
    private readonly names: KafkaNames,
    private readonly producer: FactProducer,
  ) {}

  static open(settings: KafkaSettings, logger: Logger): DeadLetterBox {
    const kafka = openKafka(settings, 'dead-letter-box', logger);
    const names = new KafkaNames(settings.KAFKA_TOPIC_PREFIX);
    return new DeadLetterBox(kafka, names, new FactProducer(kafka, names));
  }

  /**
   * What is parked at the time of asking, oldest first within a topic, in the order of `topics`. All of it is held in
   * memory: at 2 KB a fact, 100,000 of them take 200 MB.
   */
  async parked(topics: readonly TopicContract[]): Promise<DeadLetter[]> {
    const existing = await this.existingTopics();
    const boxes = new Map(
      topics
        .map(
          (topic) =>
            [this.names.deadLetters(topic.name), { topic, letters: new Map<string, DeadLetter>() }] as const,
        )
        .filter(([name]) => existing.has(name)),
    );
    await readToEnd(this.kafka, this.names, [...boxes.keys()], (name, message) => {
      const box = boxes.get(name);
      const done = headerOf(message, DONE_HEADER);
      if (done === undefined) box?.letters.set(message.offset, letterOf(box.topic, message));
      else box?.letters.delete(done);
    });
    return [...boxes.values()].flatMap(({ letters }) => [...letters.values()]);
  }

  /**
   * Publishes the facts again, as they came, to the topics that they came from; then marks them as done. Every service
   * that reads such a topic gets them again, not only the one that failed.
   */
  async replay(letters: readonly DeadLetter[]): Promise<void> {
    for (const [topic, parked] of byTopic(letters)) {
      const source = this.names.topic(topic.name);
      await this.sendAll(
        source,
        parked.map(({ message }) => asItCame(message)),
      );
      if (topic.kind === 'state')
        await restateNewest(this.kafka, this.names, this.producer, source, keysOf(parked));
      await this.mark(topic, parked, 'replay');
    }
  }

  /** Marks the facts as done: nobody will handle them. */
  async drop(letters: readonly DeadLetter[]): Promise<void> {
    for (const [topic, parked] of byTopic(letters)) await this.mark(topic, parked, 'drop');
  }

  async close(): Promise<void> {
    await this.producer.onApplicationShutdown();
  }

  private async mark(
    topic: TopicContract,
    letters: readonly DeadLetter[],
    how: 'replay' | 'drop',
  ): Promise<void> {
    const markers = letters.map(({ offset }) => ({
      key: null,
      value: null,
      headers: { [DONE_HEADER]: offset, [HOW_HEADER]: how },
    }));
    await this.sendAll(this.names.deadLetters(topic.name), markers);
  }

  private async sendAll(topic: string, messages: readonly Message[]): Promise<void> {
    for (let from = 0; from < messages.length; from += BATCH)
      await this.producer.send([{ topic, messages: messages.slice(from, from + BATCH) }]);
  }

  private async existingTopics(): Promise<Set<string>> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      return new Set(await admin.listTopics());
    } finally {
      await admin.disconnect();
    }
  }
}

function letterOf(topic: TopicContract, message: KafkaMessage): DeadLetter {
  const { type, id } = glimpse(message.value);
  return {
    topic,
    offset: message.offset,
    reference: `${topic.name}#${message.offset}`,
    factType: type,
    factId: id,
    key: message.key?.toString() ?? null,
    parkedAt: new Date(Number(message.timestamp)),
    tries: Number(headerOf(message, 'x-attempts') ?? 0),
    reason: headerOf(message, 'x-error') ?? 'unknown',
    sourceOffset: headerOf(message, 'x-offset') ?? 'unknown',
    message,
  };
}

function headerOf({ headers }: KafkaMessage, name: string): string | undefined {
  const value = headers?.[name];
  return (Array.isArray(value) ? value[0] : value)?.toString();
}

function asItCame({ key, value, headers = {} }: KafkaMessage): Message {
  const own: IHeaders = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !PARKING_HEADERS.has(name)),
  );
  return { key, value, headers: own };
}

function byTopic(letters: readonly DeadLetter[]): Map<TopicContract, DeadLetter[]> {
  return Map.groupBy(letters, ({ topic }) => topic);
}

function keysOf(letters: readonly DeadLetter[]): Set<string> {
  return new Set(letters.flatMap(({ key }) => (key === null ? [] : [key])));
}
