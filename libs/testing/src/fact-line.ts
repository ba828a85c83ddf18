import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, Producer } from 'kafkajs';
import type { KafkaSettings } from '#config';
import { type Fact, type FactsOf, parseFact, type TopicContract } from '#contracts';
import { randomIds } from '#kernel';
import { ensureTopics, KafkaNames, openKafka } from '#messaging';
import { createLogger } from '#observability';

type Payload<T extends TopicContract, K extends string> = Extract<FactsOf<T>, { type: K }>['payload'];

/** The other services' side of Kafka, for a test of one service: publishes their facts, collects what it publishes. */
export class FactLine {
  private readonly consumers: Consumer[] = [];

  private constructor(
    private readonly kafka: ReturnType<typeof openKafka>,
    private readonly names: KafkaNames,
    private readonly producer: Producer,
  ) {}

  static async open(settings: KafkaSettings, topics: readonly TopicContract[]): Promise<FactLine> {
    const kafka = openKafka(settings, 'test', createLogger('test', 'silent'));
    const names = new KafkaNames(settings.KAFKA_TOPIC_PREFIX);
    const admin = kafka.admin();
    await admin.connect();
    await ensureTopics(admin, topics, names, settings.KAFKA_PARTITIONS);
    await admin.disconnect();
    const producer = kafka.producer();
    await producer.connect();
    return new FactLine(kafka, names, producer);
  }

  /** Publishes a fact as its owner would, and gives it back, to be sent again or out of order. */
  async publish<T extends TopicContract, K extends FactsOf<T>['type']>(
    topic: T,
    type: K,
    aggregate: { id: string; version: number },
    payload: Payload<T, K>,
  ): Promise<Fact> {
    const fact = factOf(type, aggregate, payload);
    await this.repeat(topic, fact);
    return fact;
  }

  /** Publishes facts in one request, so that a consumer gets those of a partition in one batch. */
  async publishTogether<T extends TopicContract, K extends FactsOf<T>['type']>(
    topic: T,
    type: K,
    facts: readonly { id: string; version: number; payload: Payload<T, K> }[],
  ): Promise<void> {
    const messages = facts.map(({ payload, ...aggregate }) => ({
      key: aggregate.id,
      value: JSON.stringify(factOf(type, aggregate, payload)),
    }));
    await this.producer.send({ topic: this.names.topic(topic.name), messages });
  }

  async repeat(topic: TopicContract, fact: Fact): Promise<void> {
    await this.raw(topic, fact.aggregateId, JSON.stringify(fact));
  }

  /** Any text at all, to see what a service makes of it. */
  async raw(topic: TopicContract, key: string | null, value: string): Promise<void> {
    await this.producer.send({ topic: this.names.topic(topic.name), messages: [{ key, value }] });
  }

  /** A growing list of the facts of a topic, from its beginning. */
  async collect<T extends TopicContract>(topic: T): Promise<FactsOf<T>[]> {
    const facts: FactsOf<T>[] = [];
    await this.read(this.names.topic(topic.name), (value) => {
      const fact = parseFact(topic, value);
      if (fact) facts.push(fact as FactsOf<T>);
    });
    return facts;
  }

  /** A growing list of what was parked of a topic. */
  async collectDeadLetters(topic: TopicContract): Promise<string[]> {
    const values: string[] = [];
    await this.read(this.names.deadLetters(topic.name), (value) => values.push(value));
    return values;
  }

  async close(): Promise<void> {
    await Promise.all([
      this.producer.disconnect(),
      ...this.consumers.map((consumer) => consumer.disconnect()),
    ]);
  }

  private async read(topic: string, take: (value: string) => void): Promise<void> {
    const consumer = this.kafka.consumer({
      groupId: this.names.group(`test-${randomIds.uuid()}`),
      maxWaitTimeInMs: 50,
    });
    this.consumers.push(consumer);
    let joined = false;
    consumer.on(consumer.events.GROUP_JOIN, () => (joined = true));
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => take(message.value?.toString() ?? '') });
    while (!joined) await sleep(20);
  }
}

function factOf(type: string, aggregate: { id: string; version: number }, payload: unknown): Fact {
  const id = randomIds.uuid();
  return {
    id,
    type,
    version: 1,
    occurredAt: new Date().toISOString(),
    aggregateId: aggregate.id,
    aggregateVersion: aggregate.version,
    correlationId: id,
    causationId: id,
    payload,
  } as Fact;
}
