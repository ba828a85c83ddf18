import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CompressionTypes, Kafka, type Producer, type TopicMessages } from 'kafkajs';
import { counter } from '#observability';
import {
  endPublicationSpans,
  factHeaders,
  openPublicationSpans,
  type PublicationSpans,
} from './fact-spans.ts';
import type { PendingFact } from './facts.ts';
import { KafkaNames } from './kafka.ts';

const published = counter('tessera_facts_published_total', 'Facts acknowledged by Kafka', ['topic', 'type']);

/** Publishes facts, keyed by aggregate, acknowledged by all replicas. Order within a key is the order given. */
@Injectable()
export class FactProducer implements OnApplicationShutdown {
  private producer: Promise<Producer> | undefined;

  constructor(
    @Inject(Kafka) private readonly kafka: Kafka,
    private readonly names: KafkaNames,
  ) {}

  /** Resolves when Kafka has them all; throws when it cannot say so, in which case some may have been published. */
  async publish(facts: readonly PendingFact[]): Promise<void> {
    if (facts.length === 0) return;
    const spans = openPublicationSpans(facts);
    try {
      await this.send(toTopicMessages(facts, this.names, spans));
    } catch (error) {
      endPublicationSpans(spans, error);
      throw error;
    }
    endPublicationSpans(spans);
    for (const fact of facts) published.inc({ topic: fact.topic, type: fact.type });
  }

  /** Messages as they are, for dead letters. */
  async send(topicMessages: TopicMessages[]): Promise<void> {
    const producer = await this.connected();
    try {
      await producer.sendBatch({ topicMessages, acks: -1, compression: CompressionTypes.None });
    } catch (error) {
      // An idempotent producer whose sequence broke off never recovers: the next call begins with a new one.
      this.producer = undefined;
      void producer.disconnect().catch(() => undefined);
      throw error;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const producer = await this.producer?.catch(() => undefined);
    await producer?.disconnect();
  }

  private connected(): Promise<Producer> {
    this.producer ??= this.connect();
    return this.producer;
  }

  private async connect(): Promise<Producer> {
    const producer = this.kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: 5 } });
    try {
      await producer.connect();
      return producer;
    } catch (error) {
      this.producer = undefined;
      throw error;
    }
  }
}

function toTopicMessages(
  facts: readonly PendingFact[],
  names: KafkaNames,
  spans: PublicationSpans,
): TopicMessages[] {
  const byTopic = new Map<string, TopicMessages>();
  for (const { topic, traceparent: _, ...fact } of facts) {
    const batch = byTopic.get(topic) ?? { topic: names.topic(topic), messages: [] };
    byTopic.set(topic, batch);
    const headers = factHeaders(spans, fact.id);
    batch.messages.push({ key: fact.aggregateId, value: JSON.stringify(fact), headers });
  }
  return [...byTopic.values()];
}
