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
  const unread = await endsOf(kafka, topics);
  if (unread.size === 0) return;
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
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        silence.refresh();
        const end = unread.get(placeOf(batch));
        if (end === undefined) return;
        for (const message of batch.messages) if (Number(message.offset) < end) take(batch.topic, message);
        if (Number(batch.lastOffset()) + 1 < end) return;
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

/** Asks anew while leaders move: kafkajs gives up on that at once, and keeps the leaders that it knew in one client. */
async function endsOf(kafka: Kafka, topics: readonly string[]): Promise<Map<string, number>> {
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    try {
      return await askEnds(kafka, topics);
    } catch (error) {
      const passes = error instanceof kafkajs.KafkaJSProtocolError && error.retriable;
      if (!passes || performance.now() > deadline) throw error;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** The offset at which each partition ends just now; those that hold nothing are left out. */
async function askEnds(kafka: Kafka, topics: readonly string[]): Promise<Map<string, number>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const ends = new Map<string, number>();
    for (const topic of topics) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        if (Number(high) > Number(low)) ends.set(placeOf({ topic, partition }), Number(high));
      }
    }
    return ends;
  } finally {
    await admin.disconnect();
  }
}
