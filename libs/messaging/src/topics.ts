import type { Admin, ITopicConfig } from 'kafkajs';
import type { TopicContract } from '#contracts';
import type { KafkaNames } from './kafka.ts';

const THIRTY_DAYS_MS = 30 * 24 * 3_600_000;

/** Creates what is missing of the topics and their dead-letter topics. Safe to run from every instance at once. */
export async function ensureTopics(
  admin: Admin,
  topics: readonly TopicContract[],
  names: KafkaNames,
): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = topics
    .flatMap((topic) => topicConfigs(topic, names))
    .filter(({ topic }) => !existing.has(topic));
  if (missing.length > 0)
    await admin.createTopics({ topics: missing, waitForLeaders: true, timeout: 20_000 });
}

function topicConfigs(contract: TopicContract, names: KafkaNames): ITopicConfig[] {
  const retention =
    contract.kind === 'state'
      ? [{ name: 'cleanup.policy', value: 'compact' }]
      : [{ name: 'retention.ms', value: String(THIRTY_DAYS_MS) }];
  return [
    {
      topic: names.topic(contract.name),
      numPartitions: contract.partitions,
      replicationFactor: -1,
      configEntries: retention,
    },
    {
      topic: names.deadLetters(contract.name),
      numPartitions: 1,
      replicationFactor: -1,
      configEntries: [{ name: 'retention.ms', value: String(THIRTY_DAYS_MS) }],
    },
  ];
}
