import type { Admin, Kafka } from 'kafkajs';
import { gauge, type Reading } from '#observability';
import type { KafkaNames } from './kafka.ts';

const lag = gauge('tessera_consumer_lag_facts', 'Facts between what the group has handled and the end', [
  'topic',
  'partition',
]);

const RETRIES = 2;

/**
 * How far a group is behind, in all partitions of its topics, asked of Kafka and not of the consumer: a consumer that is
 * paused, stuck or thrown out of its group would know nothing of what it does not read. Every process of a service tells
 * the same figures, so the greatest counts; of a service without any process its absence tells (`up == 0`).
 */
export class ConsumerLag implements Reading {
  private admin: Admin | undefined;
  private ended = false;
  private asking: Promise<void> | undefined;

  constructor(
    private readonly kafka: Kafka,
    private readonly names: KafkaNames,
    private readonly groupId: string,
    /** By their names in the contracts. */
    private readonly topics: readonly string[],
  ) {}

  async read(): Promise<void> {
    if (this.ended) return;
    this.asking = this.ask();
    await this.asking;
  }

  /** Also gives the connection up: the next reading begins with a new one. */
  forget(): void {
    lag.reset();
    void this.disconnect();
  }

  async end(): Promise<void> {
    this.ended = true;
    // A question on its way would open the connection again, and keep the process from ending.
    await this.asking?.catch(() => undefined);
    await this.disconnect();
  }

  private async ask(): Promise<void> {
    const admin = await this.connected();
    const onCluster = this.topics.map((topic) => this.names.topic(topic));
    const committed = await admin.fetchOffsets({ groupId: this.groupId, topics: onCluster });
    for (const { topic, partitions } of committed) {
      if (this.ended) return;
      const ends = new Map((await admin.fetchTopicOffsets(topic)).map((end) => [end.partition, end]));
      for (const { partition, offset } of partitions) {
        const end = ends.get(partition);
        if (!end) continue;
        // A group that has not committed yet begins at what Kafka still has.
        const next = Math.max(Number(offset), Number(end.low));
        const labels = { topic: this.names.contractName(topic), partition: String(partition) };
        lag.set(labels, Math.max(0, Number(end.high) - next));
      }
    }
  }

  private async disconnect(): Promise<void> {
    const admin = this.admin;
    this.admin = undefined;
    await admin?.disconnect().catch(() => undefined);
  }

  private async connected(): Promise<Admin> {
    if (this.admin) return this.admin;
    const admin = this.kafka.admin({ retry: { retries: RETRIES } });
    this.admin = admin;
    await admin.connect();
    return admin;
  }
}
