import type { KafkaMessage } from 'kafkajs';
import { z } from 'zod';
import { topics } from '#contracts';
import { type Extent, extentsOf, readExtents } from '#messaging';
import type { House } from '../../house/house.ts';
import { batchesOf } from '../batches.ts';
import type { Findings, Invariant } from '../invariant.ts';
import {
  NOT_JUDGED,
  PUBLISHED_AGGREGATES,
  type PublishingCollection,
  type PublishingDocument,
} from '../published-aggregates.ts';

/** Ids held in memory at once, about 150 MB; a topic with more messages is read in several rounds. */
const MAX_HELD = 1_000_000;
const FIELDS = ['version', 'status', 'state', 'decision', 'lastChange', 'outbox'] as const;

const envelope = z.object({ aggregateId: z.string(), aggregateVersion: z.number() });

/** A share of all ids: those whose number falls on `index` of `count`. */
interface Round {
  readonly index: number;
  readonly count: number;
}

export const facts: Invariant = {
  name: 'facts',
  says: 'the newest fact of each aggregate on Kafka (or in its outbox) is the newest told version of its document',
  look: async (house, findings) => {
    const existing = new Set(await house.topicNames());
    for (const { name, kind } of topics) {
      const collections = PUBLISHED_AGGREGATES[name];
      if (kind !== 'state' || !existing.has(house.names.topic(name))) continue;
      if (!collections) {
        findings.skipped(`${name}: ${NOT_JUDGED[name] ?? 'nothing is known of its documents'}`, 0);
        continue;
      }
      const extents = await extentsOf(house.kafka, [house.names.topic(name)]);
      const messages = extents.reduce((sum, { from, to }) => sum + to - from, 0);
      const count = Math.max(1, Math.ceil(messages / MAX_HELD));
      for (let index = 0; index < count; index++)
        await judgeRound(house, name, collections, extents, { index, count }, findings);
    }
  },
};

async function judgeRound(
  house: House,
  topic: string,
  collections: readonly PublishingCollection[],
  extents: readonly Extent[],
  round: Round,
  findings: Findings,
): Promise<void> {
  const onKafka = new Map<string, number>();
  await readExtents(house.kafka, house.names, extents, (_, messages) => {
    for (const message of messages) note(message, round, onKafka);
  });
  for (const { service, collection, toldVersion, isToldInPart = false } of collections) {
    const documents = house.database(service).collection<PublishingDocument>(collection);
    for await (const batch of batchesOf(documents, {}, FIELDS))
      for (const document of batch) {
        if (!isIn(round, document._id)) continue;
        const onTopic = onKafka.get(document._id);
        const told = toldVersion(document);
        // What stays in the map has no document; where two collections share a topic, the ids are distinct.
        if (told !== undefined || onTopic !== undefined) onKafka.delete(document._id);
        // Between two steps of which only the last is told, facts may be behind, and never ahead.
        if (told === undefined && onTopic !== undefined && onTopic > (document.version ?? onTopic))
          violated(`${service}.${collection}`, document, document.version ?? 0, onTopic, findings);
        if (told === undefined) continue;
        findings.judged();
        const newest = newestOf(document, topic, onTopic);
        const isOlder = newest !== undefined && newest < told;
        if (newest !== told && !(isToldInPart && isOlder))
          violated(`${service}.${collection}`, document, told, newest, findings);
      }
  }
  for (const [id, version] of onKafka)
    findings.violated(
      `${topic}:${id}`,
      `${topic} has version ${version} of ${id}, and there is no such document`,
    );
}

function violated(
  place: string,
  { _id }: PublishingDocument,
  told: number,
  newest: number | undefined,
  findings: Findings,
): void {
  const has = newest === undefined ? 'no fact of it is on Kafka' : `the newest fact has ${newest}`;
  findings.violated(`${place}:${_id}`, `${place} ${_id} has version ${told}, and ${has}`);
}

function newestOf(
  { _id, outbox = [] }: PublishingDocument,
  topic: string,
  onKafka: number | undefined,
): number | undefined {
  const waiting = outbox.filter((fact) => fact.topic === topic && fact.aggregateId === _id);
  const versions = waiting.map(({ aggregateVersion }) => aggregateVersion);
  if (onKafka !== undefined) versions.push(onKafka);
  return versions.length > 0 ? Math.max(...versions) : undefined;
}

function note({ value }: KafkaMessage, round: Round, newest: Map<string, number>): void {
  const fact = factIn(value);
  if (fact && isIn(round, fact.aggregateId))
    newest.set(fact.aggregateId, Math.max(fact.aggregateVersion, newest.get(fact.aggregateId) ?? 0));
}

/** Undefined for what is no readable fact: consumers have parked it. */
function factIn(value: Buffer | null): z.output<typeof envelope> | undefined {
  if (value === null) return undefined;
  try {
    return envelope.safeParse(JSON.parse(value.toString())).data;
  } catch {
    return undefined;
  }
}

function isIn({ index, count }: Round, id: string): boolean {
  if (count === 1) return true;
  let hash = 0;
  for (let at = 0; at < id.length; at++) hash = (Math.imul(hash, 31) + id.charCodeAt(at)) >>> 0;
  return hash % count === index;
}
