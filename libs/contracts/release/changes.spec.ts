import { z } from 'zod';
import { fact, topic } from '../src/index.ts';
import { changesOf, type ReleasedTopic } from './changes.ts';
import { snapshotOf } from './snapshot.ts';

const snapshot = (payload: z.ZodType): ReleasedTopic =>
  snapshotOf(topic('t.v1', 'state', [fact('Made', payload)]));

/** The changes from one payload to another, as `effect path: what`. */
function changesBetween(released: z.ZodType, current: z.ZodType): string[] {
  return changesOf([snapshot(released)], [snapshot(current)]).map(
    ({ effect, path, what }) => `${effect} ${path.replace('t.v1 Made version 1 ', '')}: ${what}`,
  );
}

const OLD = 'facts already on the topic would no longer parse';
const NEW = 'consumers of the released schema would refuse new facts';
const mode = {
  fixed: z.object({ mode: z.literal('FIXED') }),
  demand: z.object({ mode: z.literal('DEMAND'), floor: z.int() }),
};

describe('a change of a field', () => {
  it.each<[string, z.ZodType, z.ZodType, string]>([
    ['another type', z.string(), z.boolean(), `is no longer allowed to be string: ${OLD}`],
    ['a wider type', z.int(), z.number(), `may now be number: ${NEW}`],
    ['null allowed', z.string(), z.string().nullable(), `may now be null: ${NEW}`],
    ['null no longer allowed', z.string().nullable(), z.string(), `is no longer allowed to be null: ${OLD}`],
    ['any value allowed', z.string(), z.unknown(), `may now be any: ${NEW}`],
    ['a value less', z.enum(['A', 'B']), z.enum(['A']), `lost the value "B": ${OLD}`],
    ['a value more', z.enum(['A']), z.enum(['A', 'B']), `has the new value "B": ${NEW}`],
    ['another constant', z.literal(1), z.literal(2), `lost the value 1: ${OLD}`],
    ['values listed', z.string(), z.enum(['A']), `may now be certain values only: ${OLD}`],
    ['values no longer listed', z.enum(['A']), z.string(), `may now be any value: ${NEW}`],
    ['a lower maximum', z.number().max(9), z.number().max(8), `maximum changed from 9 to 8: ${OLD}`],
    ['a higher maximum', z.number().max(9), z.number().max(10), `maximum changed from 9 to 10: ${NEW}`],
    ['a lower minimum', z.number().min(1), z.number().min(0), `minimum changed from 1 to 0: ${NEW}`],
    ['a higher minimum', z.number().min(0), z.number().min(1), `minimum changed from 0 to 1: ${OLD}`],
    ['a new limit', z.string(), z.string().max(9), `maxLength changed from none to 9: ${OLD}`],
    ['a limit less', z.string().min(1), z.string(), `minLength changed from 1 to none: ${NEW}`],
    ['shorter text', z.string().max(9), z.string().max(8), `maxLength changed from 9 to 8: ${OLD}`],
    [
      'another divisor',
      z.number().multipleOf(4),
      z.number().multipleOf(2),
      `multipleOf changed from 4 to 2: ${OLD}, or ${NEW}`,
    ],
    [
      'another pattern',
      z.string().regex(/^a$/),
      z.string().regex(/^b$/),
      `pattern changed from "^a$" to "^b$": ${OLD}, or ${NEW}`,
    ],
    [
      'a shorter list',
      z.array(z.string()).max(9),
      z.array(z.string()).max(8),
      `maxItems changed from 9 to 8: ${OLD}`,
    ],
    [
      'a mode less',
      z.union([mode.fixed, mode.demand]),
      mode.fixed,
      `is no longer allowed to be object with mode: "DEMAND": ${OLD}`,
    ],
    [
      'a mode more',
      mode.fixed,
      z.discriminatedUnion('mode', [mode.fixed, mode.demand]),
      `may now be object with mode: "DEMAND": ${NEW}`,
    ],
  ])('breaks with %s', (_, released, current, what) => {
    expect(changesBetween(z.object({ f: released }), z.object({ f: current }))).toContainEqual(
      `breaking payload.f: ${what}`,
    );
  });

  it('is found inside lists and unions', () => {
    const payload = (floor: z.ZodType) =>
      z.object({ lines: z.array(z.union([mode.fixed, z.object({ mode: z.literal('DEMAND'), floor })])) });
    expect(changesBetween(payload(z.int().min(0)), payload(z.int().min(1)))).toEqual([
      `breaking payload.lines[]<object with mode: "DEMAND">.floor: minimum changed from 0 to 1: ${OLD}`,
    ]);
  });

  it.each<[string, z.ZodType, z.ZodType]>([
    ['a limit in other words', z.int().positive(), z.int().min(1)],
    ['a constant in other words', z.literal('A'), z.enum(['A'])],
    ['another order of values', z.enum(['A', 'B']), z.enum(['B', 'A'])],
    ['another order of modes', z.union([mode.fixed, mode.demand]), z.union([mode.demand, mode.fixed])],
    ['a description', z.string(), z.string().describe('in words')],
  ])('breaks nobody with %s', (_, released, current) => {
    expect(changesBetween(z.object({ f: released }), z.object({ f: current }))).toEqual([]);
  });
});

describe('a set of fields', () => {
  const released = z.object({ kept: z.string(), extra: z.string().optional() });

  it.each<[string, z.ZodType, string[]]>([
    [
      'a new optional field',
      released.extend({ more: z.int().optional() }),
      ['unreleased payload.more: new optional field'],
    ],
    [
      'a new required field',
      released.extend({ more: z.int() }),
      [`breaking payload.more: new and required: ${OLD}`],
    ],
    [
      'a required field less',
      released.omit({ kept: true }),
      [`breaking payload.kept: the field is gone: ${NEW}`],
    ],
    [
      'an optional field less',
      released.omit({ extra: true }),
      ['breaking payload.extra: the field is gone: consumers may read it, and old facts still carry it'],
    ],
    [
      'a required field made optional',
      released.partial(),
      [`breaking payload.kept: was required and is now optional: ${NEW}`],
    ],
    [
      'an optional field made required',
      released.required(),
      [`breaking payload.extra: was optional and is now required: ${OLD}`],
    ],
  ])('with %s', (_, current, changes) => {
    expect(changesBetween(released, current)).toEqual(changes);
  });
});

describe('a topic', () => {
  const made = fact('Made', z.object({}));
  const released = [snapshotOf(topic('t.v1', 'state', [made]))];
  const changes = (...current: Parameters<typeof snapshotOf>[0][]) =>
    changesOf(released, current.map(snapshotOf)).map(
      ({ effect, path, what }) => `${effect} ${path}: ${what}`,
    );

  it('may stay as it is', () => expect(changes(topic('t.v1', 'state', [made]))).toEqual([]));

  it('may not go', () => expect(changes()).toEqual(['breaking t.v1: the topic is gone']));

  it('keeps its kind and partitions', () =>
    expect(changes(topic('t.v1', 'stream', [made], 24))).toEqual([
      'breaking t.v1: the kind changed from state to stream',
      'breaking t.v1: the partitions changed from 12 to 24',
    ]));

  it('keeps its facts, each in its version', () =>
    expect(changes(topic('t.v1', 'state', [fact('Made', z.object({}), 2)]))).toEqual([
      'breaking t.v1 Made version 1: the fact is gone: those already on the topic would be passed over',
      'unreleased t.v1 Made version 2: new fact',
    ]));

  it('may be new, and have new facts', () =>
    expect(
      changes(topic('t.v1', 'state', [made, fact('Mended', z.object({}))]), topic('t.v2', 'state', [made])),
    ).toEqual([
      'unreleased t.v1 Mended version 1: new fact',
      'unreleased t.v2: new topic',
      'unreleased t.v2 Made version 1: new fact',
    ]));
});

describe('what cannot be judged is refused, by name', () => {
  it.each<[string, z.ZodType, RegExp]>([
    ['a strict object', z.strictObject({}), /payload\.f: a payload's objects must let unknown fields pass/],
    ['a record', z.record(z.string(), z.int()), /payload\.f: .*(propertyNames|unknown fields)/],
    ['a tuple', z.tuple([z.int()]), /payload\.f: .*prefixItems/],
    ['an intersection', z.intersection(mode.fixed, z.object({ mode: z.string() })), /payload\.f.*allOf/],
    ['a reference', z.string().meta({ id: 'Shared' }), /payload.*\$(ref|defs)/],
    [
      'a union that is not discriminated',
      z.union([z.object({}), z.object({ a: z.int() })]),
      /payload\.f: two forms/,
    ],
    ['a refinement', z.string().refine((text) => text !== ''), /check of the kind custom/],
    ['a rewriting', z.string().trim(), /check of the kind overwrite/],
    ['a transformation', z.string().transform(Number), /[Tt]ransform/],
    ['flags of a pattern', z.string().regex(/a/i), /pattern and its flags "i"/],
    ['hosts of an address', z.url({ hostname: /^a$/ }), /hostname/],
    ['several patterns', z.string().startsWith('a').endsWith('b'), /payload\.f.*allOf/],
    ['a default', z.string().default(''), /parsing changes the payload/],
    ['a date', z.date(), /Date/],
  ])('%s', (_, field, message) => {
    // Also in a fact that is not released yet: it would be too late afterwards.
    expect(() => changesOf([], [snapshot(z.object({ f: field }))])).toThrow(message);
  });
});
