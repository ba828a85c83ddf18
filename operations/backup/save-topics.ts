import kafkajs, { type KafkaMessage } from 'kafkajs';
import { type Extent, readExtents } from '#messaging';
import type { House } from '../house/house.ts';
import type { SavedPartition, SavedTopic } from './manifest.ts';
import { lineOf } from './message-line.ts';
import { PackedFileWriter } from './packed-files.ts';

/** What the partitions held at the moment of the backup, one message a line, in their order. */
export async function saveTopics(
  house: House,
  extents: readonly Extent[],
  folder: string,
): Promise<SavedTopic[]> {
  const { kafka, names } = house;
  const prefix = house.settings.KAFKA_TOPIC_PREFIX;
  const writers = new Map<Extent, { writer: PackedFileWriter; messages: number }>();
  const take = async (extent: Extent, messages: readonly KafkaMessage[]): Promise<void> => {
    if (messages.length === 0) return;
    const known = writers.get(extent);
    const { writer, messages: before } = known ?? {
      writer: new PackedFileWriter(folder, pathOf(extent, prefix)),
      messages: 0,
    };
    writers.set(extent, { writer, messages: before + messages.length });
    await writer.write(messages.map((message) => `${lineOf(message)}\n`).join(''));
  };
  try {
    await readExtents(kafka, names, extents, take);
  } catch (error) {
    for (const { writer } of writers.values()) writer.abandon();
    throw error;
  }
  const topics = [...new Set(extents.map(({ topic }) => topic))].sort();
  const kinds = await settingsOf(topics, house);
  const saved: SavedTopic[] = [];
  for (const topic of topics) {
    const partitions: SavedPartition[] = [];
    for (const extent of extents.filter((one) => one.topic === topic)) {
      const { partition, from, to } = extent;
      const written = writers.get(extent);
      const contents = written && { messages: written.messages, file: await written.writer.close() };
      partitions.push({ partition, from, to, messages: 0, ...contents });
    }
    partitions.sort((one, other) => one.partition - other.partition);
    saved.push({ topic: topic.slice(prefix.length), ...kinds(topic), partitions });
  }
  return saved;
}

function pathOf({ topic, partition }: Extent, prefix: string): string {
  return `kafka/${topic.slice(prefix.length)}/${partition}.ndjson.gz`;
}

async function settingsOf(
  topics: readonly string[],
  house: House,
): Promise<(topic: string) => Pick<SavedTopic, 'cleanupPolicy' | 'retentionMs'>> {
  if (topics.length === 0) return () => ({ cleanupPolicy: 'compact', retentionMs: '-1' });
  const { resources } = await house.withAdmin((admin) =>
    admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map((name) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name,
        configNames: ['cleanup.policy', 'retention.ms'],
      })),
    }),
  );
  return (topic) => {
    const entries = resources.find(({ resourceName }) => resourceName === topic)?.configEntries;
    const valueOf = (name: string): string => {
      const value = entries?.find(({ configName }) => configName === name)?.configValue;
      if (value === undefined) throw new Error(`Kafka does not tell ${name} of ${topic}`);
      return value;
    };
    return { cleanupPolicy: valueOf('cleanup.policy'), retentionMs: valueOf('retention.ms') };
  };
}
