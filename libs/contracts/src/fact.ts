import { z } from 'zod';

/**
 * A fact: something that happened, in the past tense, as it stands on Kafka.
 *
 * State facts carry the whole public state of their aggregate, so that a consumer's copy needs only the newest one
 * (by `aggregateVersion`). Stream facts stand for themselves and are counted once each.
 */
export interface Fact<T extends string = string, P = unknown> {
  /** UUIDv7. */
  readonly id: string;
  readonly type: T;
  /** Version of the payload's schema, from 1. */
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly occurredAt: string;
  /** Also the Kafka key. */
  readonly aggregateId: string;
  /** Rises by at least one with each change of the aggregate. */
  readonly aggregateVersion: number;
  /** Follows one request through every service. */
  readonly correlationId: string;
  /** The fact or request that caused this one. */
  readonly causationId: string;
  readonly payload: P;
}

export interface FactContract<T extends string = string, S extends z.ZodType = z.ZodType> {
  readonly type: T;
  readonly version: number;
  readonly payload: S;
}

export interface TopicContract {
  readonly name: string;
  /** `state` topics are compacted; `stream` topics are kept for 30 days. */
  readonly kind: 'state' | 'stream';
  readonly partitions: number;
  readonly facts: Readonly<Record<string, FactContract>>;
}

export type FactOf<C> = C extends FactContract<infer T, infer S> ? Fact<T, z.output<S>> : never;
export type FactsOf<T extends TopicContract> = FactOf<T['facts'][keyof T['facts']]>;
export type PayloadOf<C extends FactContract> = z.output<C['payload']>;

export function fact<T extends string, S extends z.ZodType>(
  type: T,
  payload: S,
  version = 1,
): FactContract<T, S> {
  return { type, version, payload };
}

export function topic<const C extends readonly FactContract[]>(
  name: string,
  kind: 'state' | 'stream',
  contracts: C,
  partitions = 12,
): {
  name: string;
  kind: 'state' | 'stream';
  partitions: number;
  facts: { [K in C[number] as K['type']]: K };
} {
  const facts = Object.fromEntries(contracts.map((contract) => [contract.type, contract])) as {
    [K in C[number] as K['type']]: K;
  };
  return { name, kind, partitions, facts };
}

const envelope = z.object({
  id: z.uuid(),
  type: z.string().min(1),
  version: z.int().positive(),
  occurredAt: z.iso.datetime(),
  aggregateId: z.string().min(1).max(100),
  aggregateVersion: z.int().nonnegative(),
  correlationId: z.string().min(1).max(100),
  causationId: z.string().min(1).max(100),
  payload: z.unknown(),
});

/** A fact does not have the form that its contract asks for. It will never be handled, however often it is tried. */
export class MalformedFact extends Error {
  override readonly name = 'MalformedFact';
}

/**
 * The typed fact in a message, or undefined when its type is not one that this build knows (a newer producer's).
 * @throws MalformedFact
 */
export function parseFact(topic: TopicContract, text: string): Fact | undefined {
  const known = parseEnvelope(text);
  const contract = topic.facts[known.type];
  if (!contract || contract.version !== known.version) return undefined;
  const payload = contract.payload.safeParse(known.payload);
  if (!payload.success)
    throw new MalformedFact(`${known.type} ${known.id}: ${z.prettifyError(payload.error)}`);
  return { ...known, payload: payload.data };
}

function parseEnvelope(text: string): Fact {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new MalformedFact('the message is not JSON');
  }
  const parsed = envelope.safeParse(json);
  if (!parsed.success) throw new MalformedFact(z.prettifyError(parsed.error));
  return parsed.data;
}
