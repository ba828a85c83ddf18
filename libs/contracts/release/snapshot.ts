import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { TopicContract } from '../src/index.ts';
import type { ReleasedFact, ReleasedTopic } from './changes.ts';
import { type JsonSchema, UnsupportedSchema } from './shape.ts';

/** The checks of zod that its JSON Schema tells completely. */
const VISIBLE_CHECKS = [
  'greater_than',
  'less_than',
  'multiple_of',
  'number_format',
  'min_length',
  'max_length',
  'length_equals',
  'string_format',
];

/**
 * A topic as this build would release it, its facts by name and version.
 * @throws UnsupportedSchema when a payload's contract does more than JSON Schema can tell
 */
export function snapshotOf(topic: TopicContract): ReleasedTopic {
  const facts = Object.values(topic.facts).map(({ type, version, payload }): ReleasedFact => ({
    type,
    version,
    payload: payloadSchema(`${topic.name} ${type}`, payload),
  }));
  return {
    topic: topic.name,
    kind: topic.kind,
    partitions: topic.partitions,
    facts: facts.toSorted((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : a.version - b.version)),
  };
}

/**
 * The schema of what a consumer accepts (zod's `input`). A producer writes what parsing gives (`output`); one schema
 * stands for both because they must be the same: a payload that is changed by parsing is refused.
 */
function payloadSchema(name: string, payload: z.ZodType): JsonSchema {
  const accepted = z.toJSONSchema(payload, {
    io: 'input',
    override: ({ zodSchema, path }) => refuseInvisible(`${name} ${path.join('.')}`, zodSchema),
  });
  const written = z.toJSONSchema(payload, { io: 'output' });
  if (!isDeepStrictEqual(withoutClosing(accepted), withoutClosing(written)))
    throw new UnsupportedSchema(
      `${name}: parsing changes the payload; what is read must be what was written`,
    );
  return accepted;
}

/**
 * Refinements and rewriting (`refine`, `trim`) leave no trace in JSON Schema, nor do the flags of a pattern and the
 * hosts of an address, so a change of them would pass.
 */
function refuseInvisible(place: string, { _zod: { def } }: z.core.$ZodTypes): void {
  const checks = (def.checks ?? []).map((check) => check._zod.def);
  for (const { check } of checks)
    if (!VISIBLE_CHECKS.includes(check))
      throw new UnsupportedSchema(`${place}: a check of the kind ${check} does not show in JSON Schema`);
  // A format such as z.url() is a type and a check in one.
  const patterns = [def, ...checks].flatMap(Object.entries).filter(([, value]) => value instanceof RegExp);
  for (const [name, { flags }] of patterns as [string, RegExp][])
    if (name !== 'pattern' || !['', 'u'].includes(flags))
      throw new UnsupportedSchema(`${place}: ${name} and its flags "${flags}" do not show in JSON Schema`);
}

/** zod closes the objects of `output` only, since parsing strips unknown fields. */
function withoutClosing(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === 'additionalProperties' && value === false ? undefined : value,
  );
}
