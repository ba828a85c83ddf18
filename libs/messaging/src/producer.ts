import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CompressionTypes, Kafka, type Producer, type TopicMessages } from 'kafkajs';
import { within } from '#kernel';
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

/** Of values in one request: half of what a broker takes for one partition, unless it is told otherwise. */
const MAX_BYTES = 512 * 1024;
/** Of one request, with connecting and all; longer than Kafka may take to answer each of its parts. */
const SENT_WITHIN_MS = 30_000;

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
      for (const request of requestsOf(facts, this.names, spans)) await this.send(request);
    } catch (error) {
      endPublicationSpans(spans, error);
      throw error;
    }
    endPublicationSpans(spans);
    for (const fact of facts) published.inc({ topic: fact.topic, type: fact.type });
  }

  /** Messages as they are, for dead letters. */
  async send(topicMessages: TopicMessages[]): Promise<void> {
    const connecting = this.connected();
    try {
      await within(SENT_WITHIN_MS, sendBy(connecting, topicMessages));
    } catch (error) {
      // An idempotent producer whose sequence broke off never recovers: the next call begins with a new one.
      if (this.producer === connecting) this.producer = undefined;
      void connecting.then((producer) => producer.disconnect()).catch(() => undefined);
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
    // Tried again as seldom as kafkajs lets it: the lease under which the facts are published comes to its end.
    const producer = this.kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: 1 } });
    await producer.connect();
    return producer;
  }
}

async function sendBy(connecting: Promise<Producer>, topicMessages: TopicMessages[]): Promise<void> {
  const producer = await connecting;
  await producer.sendBatch({ topicMessages, acks: -1, compression: CompressionTypes.None });
}

/** Facts as they are sent, in as many requests as their size asks for: mostly one. */
function* requestsOf(
  facts: readonly PendingFact[],
  names: KafkaNames,
  spans: PublicationSpans,
): Iterable<TopicMessages[]> {
  let byTopic = new Map<string, TopicMessages>();
  let bytes = 0;
  for (const { topic, traceparent: _, ...fact } of facts) {
    const value = Buffer.from(JSON.stringify(fact));
    if (bytes > 0 && bytes + value.length > MAX_BYTES) {
      yield [...byTopic.values()];
      byTopic = new Map();
      bytes = 0;
    }
    bytes += value.length;
    const batch = byTopic.get(topic) ?? { topic: names.topic(topic), messages: [] };
    byTopic.set(topic, batch);
    batch.messages.push({ key: fact.aggregateId, value, headers: factHeaders(spans, fact.id) });
  }
  yield [...byTopic.values()];
}
