import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';
import type { TopicContract } from '#contracts';
import type { KafkaNames } from './kafka.ts';

const THIRTY_DAYS_MS = 30 * 24 * 3_600_000;

/** Twice what a broker takes elsewhere: what is parked is what came, and why. */
const DEAD_LETTER_BYTES = 2 * 1024 * 1024;

const SETTLED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 100;

/**
 * Creates what is missing of the topics and their dead-letter topics, and resolves once each has its leaders. Safe to
 * run from every service at once: they all start together, and whoever is first makes a topic. A topic has as many
 * partitions as its contract says, but at most `maxPartitions`; one that exists stays as it is.
 */
export async function ensureTopics(
  admin: Admin,
  topics: readonly TopicContract[],
  names: KafkaNames,
  maxPartitions = Number.POSITIVE_INFINITY,
): Promise<void> {
  const wanted = topics.flatMap((topic) => topicConfigs(topic, names, maxPartitions));
  const existing = new Set(await admin.listTopics());
  const missing = wanted.filter(({ topic }) => !existing.has(topic));
  await createTopics(admin, missing);
  await untilLed(
    admin,
    wanted.map(({ topic }) => topic),
  );
}

/**
 * Creates topics and resolves once each has its leaders. One that exists stays as it is.
 *
 * kafkajs 2.2.4 can wait for leaders itself, and fails when the broker that it asks has not heard of the topic yet.
 */
export async function createTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  if (topics.length === 0) return;
  await admin.createTopics({ topics, waitForLeaders: false, timeout: 20_000 });
  await untilLed(
    admin,
    topics.map(({ topic }) => topic),
  );
}

async function untilLed(admin: Admin, topics: string[]): Promise<void> {
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  while (!(await haveLeaders(admin, topics))) {
    if (performance.now() > deadline)
      throw new Error('Kafka has not chosen leaders for the topics within 30 s');
    await sleep(LOOK_EVERY_MS);
  }
}

async function haveLeaders(admin: Admin, topics: string[]): Promise<boolean> {
  try {
    const metadata = await admin.fetchTopicMetadata({ topics });
    return metadata.topics.every(
      ({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0),
    );
  } catch (error) {
    // A topic that another service has just asked for is not known to the broker yet.
    if (error instanceof kafkajs.KafkaJSProtocolError) return false;
    throw error;
  }
}

function topicConfigs(contract: TopicContract, names: KafkaNames, maxPartitions: number): ITopicConfig[] {
  const retention =
    contract.kind === 'state'
      ? [{ name: 'cleanup.policy', value: 'compact' }]
      : [{ name: 'retention.ms', value: String(THIRTY_DAYS_MS) }];
  return [
    {
      topic: names.topic(contract.name),
      numPartitions: Math.min(contract.partitions, maxPartitions),
      replicationFactor: -1,
      configEntries: retention,
    },
    {
      topic: names.deadLetters(contract.name),
      numPartitions: 1,
      replicationFactor: -1,
      configEntries: [
        { name: 'retention.ms', value: String(THIRTY_DAYS_MS) },
        { name: 'max.message.bytes', value: String(DEAD_LETTER_BYTES) },
      ],
    },
  ];
}
