import type { Kafka, KafkaMessage } from 'kafkajs';
import { readToEnd } from './bounded-reading.ts';
import { glimpse } from './glimpse.ts';
import type { KafkaNames } from './kafka.ts';
import type { FactProducer } from './producer.ts';

/** A second round is needed only when a fact came between the reading and the sending of the first. */
const MAX_ROUNDS = 5;

interface Standing {
  readonly newest: KafkaMessage;
  readonly newestVersion: number;
  readonly isLast: boolean;
}

/**
 * Publishes the newest fact of each key again where an older one stands behind it. Running consumers ignore what is
 * older than what they know, but compaction keeps the last fact of a key, not the newest: without this, a copy that is
 * built anew would be made from the older one. `topic` is the name on the cluster of a compacted topic.
 */
export async function restateNewest(
  kafka: Kafka,
  names: KafkaNames,
  producer: FactProducer,
  topic: string,
  keys: ReadonlySet<string>,
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const standings = new Map<string, Standing>();
    await readToEnd(kafka, names, [topic], (_, message) => {
      const key = message.key?.toString();
      if (key !== undefined && keys.has(key)) standings.set(key, after(standings.get(key), message));
    });
    const overtaken = [...standings.values()].filter(({ isLast }) => !isLast);
    if (overtaken.length === 0) return;
    const messages = overtaken.map(({ newest: { key, value, headers } }) => ({ key, value, headers }));
    await producer.send([{ topic, messages }]);
  }
  throw new Error(
    `${topic} changes faster than its newest facts can be restated; try again when it is calmer`,
  );
}

function after(before: Standing | undefined, message: KafkaMessage): Standing {
  const version = versionOf(message);
  if (before && version < before.newestVersion) return { ...before, isLast: false };
  return { newest: message, newestVersion: version, isLast: true };
}

/** A deletion is newer than whatever stands before it; what has no version is older than all that has one. */
function versionOf({ value }: KafkaMessage): number {
  return value === null ? Number.POSITIVE_INFINITY : (glimpse(value).aggregateVersion ?? -1);
}
