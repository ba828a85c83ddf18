import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Kafka, type KafkaMessage } from 'kafkajs';
import { randomIds } from '#kernel';
import type { KafkaNames } from './kafka.ts';

/** Kafka answers a reader within this time, or it has nothing to say. */
const SILENCE_MS = 30_000;
const LONGEST_WAIT_MS = 100;
/** Leaders move, and those of a new topic are not there at once. */
const SETTLED_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 200;

type Take = (topic: string, message: KafkaMessage) => void;

/** What a partition held at one moment: the offsets from `from` to before `to`, some of which may be compacted away. */
export interface Extent {
  /** Its name on the cluster. */
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Hands over every message that the topics (by their names on the cluster) hold at the time of asking, oldest first
 * within a partition, and ends. It reads in a group of its own that commits nothing, so that no service notices, and
 * Kafka forgets the group by itself.
 * @throws Error when Kafka says nothing for 30 s
 */
export async function readToEnd(
  kafka: Kafka,
  names: KafkaNames,
  topics: readonly string[],
  take: Take,
): Promise<void> {
  await readExtents(kafka, names, await extentsOf(kafka, topics), ({ topic }, messages) => {
    for (const message of messages) take(topic, message);
  });
}

/**
 * Like {@link readToEnd}, for what partitions held when they were measured, handed over in the batches in which it comes.
 * The next batch waits until `take` is done with one.
 */
export async function readExtents(
  kafka: Kafka,
  names: KafkaNames,
  extents: readonly Extent[],
  take: (extent: Extent, messages: readonly KafkaMessage[]) => Promise<void> | void,
): Promise<void> {
  const unread = new Map(extents.filter(({ from, to }) => to > from).map((one) => [placeOf(one), one]));
  if (unread.size === 0) return;
  const topics = [...new Set([...unread.values()].map(({ topic }) => topic))];
  const consumer = kafka.consumer({
    groupId: names.group(`reader-${randomIds.uuid()}`),
    maxWaitTimeInMs: LONGEST_WAIT_MS,
  });
  const { promise: finished, resolve, reject } = Promise.withResolvers<void>();
  const silence = setTimeout(
    () => reject(new Error(`Kafka has said nothing of ${topics.join(', ')} for ${SILENCE_MS / 1_000} s`)),
    SILENCE_MS,
  );
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) reject(payload.error);
  });
  const start = async (): Promise<void> => {
    await consumer.connect();
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch, heartbeat }) => {
        silence.refresh();
        const extent = unread.get(placeOf(batch));
        if (extent === undefined) return;
        try {
          await take(
            extent,
            batch.messages.filter(({ offset }) => Number(offset) < extent.to),
          );
        } catch (error) {
          // What the taker cannot do, it cannot do later either: kafkajs would try for ever.
          reject(error);
          return;
        }
        silence.refresh();
        await heartbeat();
        if (Number(batch.lastOffset()) + 1 < extent.to) return;
        unread.delete(placeOf(batch));
        if (unread.size === 0) resolve();
      },
    });
  };
  try {
    await Promise.all([finished, start()]);
  } finally {
    clearTimeout(silence);
    await consumer.disconnect();
  }
}

const placeOf = ({ topic, partition }: { topic: string; partition: number }): string =>
  `${topic}/${partition}`;

/**
 * What every partition of the topics holds just now. Asks anew while leaders move: kafkajs gives up on that at once, and
 * keeps the leaders that it knew in one client.
 */
export async function extentsOf(kafka: Kafka, topics: readonly string[]): Promise<Extent[]> {
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    try {
      return await askExtents(kafka, topics);
    } catch (error) {
      const passes = error instanceof kafkajs.KafkaJSProtocolError && error.retriable;
      if (!passes || performance.now() > deadline) throw error;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

async function askExtents(kafka: Kafka, topics: readonly string[]): Promise<Extent[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const extents: Extent[] = [];
    for (const topic of topics) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
        extents.push({ topic, partition, from: Number(low), to: Number(high) });
    }
    return extents;
  } finally {
    await admin.disconnect();
  }
}
