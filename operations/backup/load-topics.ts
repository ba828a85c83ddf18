import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from 'kafkajs';
import { createTopics, extentsOf, FactProducer } from '#messaging';
import type { House } from '../house/house.ts';
import type { SavedPartition, SavedTopic } from './manifest.ts';
import { messageOf } from './message-line.ts';
import { readPacked } from './packed-files.ts';

/** One request: below the 1 MB that a partition takes in one batch, at 2 KB a fact. */
const BATCH = 250;
/** A filler is a few bytes. */
const FILLER_BATCH = 5_000;
const SETTLED_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 200;

/** Makes the topics as they were, empty. */
export async function makeTopics(house: House, topics: readonly SavedTopic[]): Promise<void> {
  const prefix = house.settings.KAFKA_TOPIC_PREFIX;
  const configs = topics.map(({ topic, cleanupPolicy, retentionMs, partitions }) => ({
    topic: prefix + topic,
    numPartitions: partitions.length,
    replicationFactor: -1,
    configEntries: [
      { name: 'cleanup.policy', value: cleanupPolicy },
      { name: 'retention.ms', value: retentionMs },
    ],
  }));
  await house.withAdmin((admin) => createTopics(admin, configs));
}

/**
 * Publishes what a topic held, each message at the very offset that it had: documents remember offsets (what pricing has
 * counted, which dead letter is done with). Where compaction had left a gap, a filler stands, which every consumer skips.
 */
export async function loadTopic(
  house: House,
  producer: FactProducer,
  folder: string,
  saved: SavedTopic,
): Promise<void> {
  const topic = house.settings.KAFKA_TOPIC_PREFIX + saved.topic;
  for (const partition of saved.partitions) await loadPartition(producer, folder, topic, partition);
  await checkEnds(house, topic, saved.partitions);
  if (saved.cleanupPolicy === 'delete') await forgetBefore(house, topic, saved.partitions);
}

async function loadPartition(
  producer: FactProducer,
  folder: string,
  topic: string,
  { partition, to, file }: SavedPartition,
): Promise<void> {
  let next = 0;
  let batch: Message[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await producer.send([{ topic, messages: batch }]);
    batch = [];
  };
  const fillTo = async (offset: number): Promise<void> => {
    if (next < offset) await flush();
    for (; next < offset; next += Math.min(FILLER_BATCH, offset - next)) {
      const messages = Array.from({ length: Math.min(FILLER_BATCH, offset - next) }, () =>
        filler(topic, partition),
      );
      await producer.send([{ topic, messages }]);
    }
  };
  if (file) {
    for await (const text of createInterface({ input: Readable.from(readPacked(folder, file)) })) {
      const { offset, ...message } = messageOf(text);
      await fillTo(offset);
      batch.push({ ...message, partition });
      next = offset + 1;
      if (batch.length >= BATCH) await flush();
    }
  }
  await flush();
  await fillTo(to);
}

/** No fact: consumers skip what has no value, and in a dead-letter topic it is a marker that names no letter. */
function filler(topic: string, partition: number): Message {
  const headers = topic.endsWith('.dlq') ? { 'x-done': 'none', 'x-done-by': 'restore' } : {};
  return { partition, key: 'filler', value: null, headers };
}

async function checkEnds(house: House, topic: string, partitions: readonly SavedPartition[]): Promise<void> {
  const extents = await extentsOf(house.kafka, [topic]);
  for (const { partition, to } of partitions) {
    const end = extents.find((extent) => extent.partition === partition)?.to;
    if (end !== to)
      throw new Error(`partition ${partition} of ${topic} ends at ${end} after the restore, not at ${to}`);
  }
}

/** What Kafka had forgotten before the backup need not be there again; compaction sees to the other topics. */
export async function forgetBefore(
  house: House,
  topic: string,
  partitions: readonly Pick<SavedPartition, 'partition' | 'from'>[],
): Promise<void> {
  const begun = partitions.filter(({ from }) => from > 0);
  if (begun.length === 0) return;
  await house.withAdmin(async (admin) => {
    // kafkajs 2.2.4 deletes records only of topics whose leaders it has asked for before.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({
      topic,
      partitions: begun.map(({ partition, from }) => ({ partition, offset: String(from) })),
    });
  });
}

/** Deletes topics and waits until they are gone: a topic of the same name cannot be made before. */
export async function deleteTopics(house: House, topics: readonly string[]): Promise<void> {
  if (topics.length === 0) return;
  await house.withAdmin((admin) => admin.deleteTopics({ topics: [...topics], timeout: 20_000 }));
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  while ((await house.topicNames()).some((name) => topics.includes(name))) {
    if (performance.now() > deadline) throw new Error('Kafka has not deleted the old topics within 30 s');
    await sleep(LOOK_EVERY_MS);
  }
}
