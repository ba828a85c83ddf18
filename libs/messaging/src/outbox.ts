import type { Filter, UpdateFilter } from 'mongodb';
import type { IndexDefinition } from '#persistence';
import type { PendingFact } from './facts.ts';

/** Facts that one document may hold back while Kafka is away. Past that, commands answer RETRY_LATER. */
export const OUTBOX_CAPACITY = 64;

/** What a document carries besides its state, so that state and fact are one write. */
export interface Outboxed {
  _id: string;
  /** Facts not yet known to be on Kafka, oldest first. */
  outbox?: PendingFact[];
  /** Set while `outbox` is not empty; what the sweep's partial index covers. */
  outboxAt?: Date;
  /** The relay that publishes the document just now. */
  outboxLease?: { by: string; until: Date };
}

/** The fields of a new document that carry its first facts. */
export function outboxOf(facts: readonly PendingFact[], now: Date): Pick<Outboxed, 'outbox' | 'outboxAt'> {
  return { outbox: [...facts], outboxAt: now };
}

/** Part of the filter of every update by the relay. */
export function outboxHasRoom<T extends Outboxed>(): Filter<T> {
  return { [`outbox.${OUTBOX_CAPACITY - 1}`]: { $exists: false } } as Filter<T>;
}

/** The update with facts appended to the document's outbox. */
export function withFacts<T extends Outboxed>(
  update: UpdateFilter<T>,
  facts: readonly PendingFact[],
  now: Date,
): UpdateFilter<T> {
  return {
    ...update,
    $push: { ...update.$push, outbox: { $each: facts } },
    $set: { ...update.$set, outboxAt: now },
  } as unknown as UpdateFilter<T>;
}

export const outboxIndex: IndexDefinition = {
  keys: { outboxAt: 1 },
  options: { partialFilterExpression: { outboxAt: { $exists: true } }, name: 'outbox' },
  serves: "the relay's sweep: documents with facts that wait, oldest first",
};

/** The aggregate in a document: its id, and its fields without what the relay keeps beside them. */
export function aggregateIn<D extends Outboxed>(document: D): Omit<D, keyof Outboxed> & { id: string } {
  const { _id: id, outbox: _outbox, outboxAt: _at, outboxLease: _lease, ...fields } = document;
  return { id, ...fields };
}
