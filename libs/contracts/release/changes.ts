/**
 * What changed between the released contracts and those of this build, and whether it breaks anyone.
 *
 * Services are upgraded one by one, and facts stay on their topics: for 30 days, or for ever on a compacted one. So
 * producers and consumers of different builds meet, in both directions, and both must hold for a released fact:
 *
 * 1. *Every fact that was written still parses.* No new required field, no narrower type, value list or limit: a
 *    consumer that starts anew reads the topic from its beginning.
 * 2. *Every fact that will be written parses with the released schema.* No required field less, no wider type, value
 *    list or limit: a consumer that is not upgraded yet would park the fact as malformed.
 *
 * Together they leave one change to a released fact: a new optional field. Consumers that do not know it pass over it,
 * for payloads are open objects (a strict one is refused), and no producer wrote it before, for producers strip what
 * their contract does not name. An optional field must stay too: its consumers read it, and under a reused name old
 * facts would carry another type.
 *
 * A new fact or topic breaks nobody: consumers that do not know it pass over it. A fact of another version is another
 * fact, and the released one must stay beside it. A topic keeps its kind (compaction discards what a stream must keep)
 * and its number of partitions (keys would move, and with them their order).
 */
import { type Field, type Form, type JsonSchema, type Scalar, type Shape, shapeOf } from './shape.ts';

/** A topic as it stands in `released/<topic>.json`. */
export interface ReleasedTopic {
  readonly topic: string;
  readonly kind: string;
  readonly partitions: number;
  readonly facts: readonly ReleasedFact[];
}

export interface ReleasedFact {
  readonly type: string;
  readonly version: number;
  /** What a consumer accepts. */
  readonly payload: JsonSchema;
}

export interface Change {
  /** `breaking`: some fact would not parse. `unreleased`: harmless, but not yet guarded by a release. */
  readonly effect: 'breaking' | 'unreleased';
  /** E.g. `tickets.orders.v1 OrderPlaced version 1 payload.lines[].quantity`. */
  readonly path: string;
  readonly what: string;
}

const OLD_FACTS = 'facts already on the topic would no longer parse';
const NEW_FACTS = 'consumers of the released schema would refuse new facts';

/** @throws UnsupportedSchema when a schema, released or current, says something that cannot be compared */
export function changesOf(released: readonly ReleasedTopic[], current: readonly ReleasedTopic[]): Change[] {
  return [...pairs(released, current, ({ topic }) => topic)].flatMap(([path, before, now]) => {
    if (!now) return [breaking(path, 'the topic is gone')];
    // A new topic's schemas are read as well: what cannot be compared later must not be released now.
    const changes = topicChanges(path, before ?? { ...now, facts: [] }, now);
    return before ? [...changes] : [unreleased(path, 'new topic'), ...changes];
  });
}

function* topicChanges(path: string, released: ReleasedTopic, current: ReleasedTopic): Generator<Change> {
  if (released.kind !== current.kind)
    yield breaking(path, `the kind changed from ${released.kind} to ${current.kind}`);
  if (released.partitions !== current.partitions)
    yield breaking(path, `the partitions changed from ${released.partitions} to ${current.partitions}`);
  const nameOf = ({ type, version }: ReleasedFact) => `${path} ${type} version ${version}`;
  for (const [name, before, now] of pairs(released.facts, current.facts, nameOf)) {
    const place = `${name} payload`;
    const shape = now && shapeOf(now.payload, place);
    if (!shape) yield breaking(name, 'the fact is gone: those already on the topic would be passed over');
    else if (before) yield* shapeChanges(place, shapeOf(before.payload, `${place}, released`), shape);
    else yield unreleased(name, 'new fact');
  }
}

function* shapeChanges(path: string, released: Shape, current: Shape): Generator<Change> {
  const [before, ...othersBefore] = released;
  const [now, ...othersNow] = current;
  if (before && now && othersBefore.length === 0 && othersNow.length === 0 && before.type === now.type) {
    yield* formChanges(path, before, now);
    return;
  }
  for (const [label, was, is] of pairs(released, current, (form) => form.label)) {
    if (!is) yield breaking(path, `is no longer allowed to be ${label}: ${OLD_FACTS}`);
    else if (!was) yield breaking(path, `may now be ${label}: ${NEW_FACTS}`);
    else yield* formChanges(`${path}<${label}>`, was, is);
  }
}

function* formChanges(path: string, released: Form, current: Form): Generator<Change> {
  yield* valueChanges(path, released.values, current.values);
  for (const name of new Set([...released.limits.keys(), ...current.limits.keys()]))
    yield* limitChange(path, name, released.limits.get(name), current.limits.get(name));
  yield* fieldChanges(path, released.fields, current.fields);
  if (released.type === 'array') yield* shapeChanges(`${path}[]`, released.items, current.items);
}

function* valueChanges(path: string, released: Form['values'], current: Form['values']): Generator<Change> {
  if (released && !current) yield breaking(path, `may now be any value: ${NEW_FACTS}`);
  else if (!released && current) yield breaking(path, `may now be certain values only: ${OLD_FACTS}`);
  else if (released && current) {
    const removed = released.filter((value) => !current.includes(value));
    const added = current.filter((value) => !released.includes(value));
    if (removed.length > 0) yield breaking(path, `lost the value ${inWords(removed)}: ${OLD_FACTS}`);
    if (added.length > 0) yield breaking(path, `has the new value ${inWords(added)}: ${NEW_FACTS}`);
  }
}

function* limitChange(
  path: string,
  name: string,
  released: Scalar | undefined,
  current: Scalar | undefined,
): Generator<Change> {
  if (released === current) return;
  const change = `${name} changed from ${limitInWords(released)} to ${limitInWords(current)}`;
  yield breaking(path, `${change}: ${consequence(name, released, current)}`);
}

/** Whom another limit hurts. Without a limit everything is allowed. */
function consequence(name: string, released: Scalar | undefined, current: Scalar | undefined): string {
  if (released === undefined) return OLD_FACTS;
  if (current === undefined) return NEW_FACTS;
  // Which of two patterns, formats or divisors allows more is not decided here; neither may change.
  if (typeof released !== 'number' || typeof current !== 'number' || name === 'multipleOf')
    return `${OLD_FACTS}, or ${NEW_FACTS}`;
  const isUpper = name.toLowerCase().includes('max');
  return current < released === isUpper ? OLD_FACTS : NEW_FACTS;
}

function* fieldChanges(
  path: string,
  released: ReadonlyMap<string, Field>,
  current: ReadonlyMap<string, Field>,
): Generator<Change> {
  for (const [name, before, now] of pairs([...released], [...current], ([field]) => field)) {
    const place = `${path}.${name}`;
    if (before && now) {
      yield* requirementChange(place, before[1].required, now[1].required);
      yield* shapeChanges(place, before[1].shape, now[1].shape);
    } else if (before) {
      yield breaking(
        place,
        `the field is gone: ${before[1].required ? NEW_FACTS : 'consumers may read it, and old facts still carry it'}`,
      );
    } else if (now) {
      yield now[1].required
        ? breaking(place, `new and required: ${OLD_FACTS}`)
        : unreleased(place, 'new optional field');
    }
  }
}

function* requirementChange(path: string, released: boolean, current: boolean): Generator<Change> {
  if (released && !current) yield breaking(path, `was required and is now optional: ${NEW_FACTS}`);
  if (!released && current) yield breaking(path, `was optional and is now required: ${OLD_FACTS}`);
}

/** The two of each name, in the order of the released ones; new ones come last. */
function* pairs<T>(
  released: readonly T[],
  current: readonly T[],
  nameOf: (one: T) => string,
): Generator<[name: string, before: T | undefined, now: T | undefined]> {
  const before = new Map(released.map((one) => [nameOf(one), one]));
  const now = new Map(current.map((one) => [nameOf(one), one]));
  for (const name of new Set([...before.keys(), ...now.keys()]))
    yield [name, before.get(name), now.get(name)];
}

function breaking(path: string, what: string): Change {
  return { effect: 'breaking', path, what };
}

function unreleased(path: string, what: string): Change {
  return { effect: 'unreleased', path, what };
}

function inWords(values: readonly Scalar[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}

function limitInWords(limit: Scalar | undefined): string {
  return limit === undefined ? 'none' : JSON.stringify(limit);
}
