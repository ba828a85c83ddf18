import fc from 'fast-check';
import { z } from 'zod';
import { fact, topic } from '../src/index.ts';
import { changesOf, type ReleasedTopic } from './changes.ts';
import { snapshotOf } from './snapshot.ts';

const snapshot = (contract: z.ZodType): ReleasedTopic =>
  snapshotOf(topic('t.v1', 'state', [fact('Made', contract)]));

/** A payload's contract, small enough to be changed at random. */
type Model =
  | { readonly is: 'text'; readonly min: number; readonly max: number }
  | { readonly is: 'number'; readonly min: number; readonly max: number }
  | { readonly is: 'value'; readonly of: readonly string[] }
  | { readonly is: 'list'; readonly of: Model }
  | { readonly is: 'nullable'; readonly of: Model }
  | { readonly is: 'object'; readonly fields: Readonly<Record<string, { model: Model; optional: boolean }>> };

const bounds = fc.record({ min: fc.nat(1), max: fc.integer({ min: 2, max: 3 }) });
const { model } = fc.letrec<{ model: Model; object: Model }>((tie) => ({
  model: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    bounds.map((limits): Model => ({ is: 'text', ...limits })),
    bounds.map((limits): Model => ({ is: 'number', ...limits })),
    fc.subarray(['A', 'B', 'C'], { minLength: 1 }).map((of): Model => ({ is: 'value', of })),
    tie('object'),
    tie('model').map((of): Model => ({ is: 'list', of })),
    tie('model').map((of): Model => (of.is === 'nullable' ? of : { is: 'nullable', of })),
  ),
  object: fc
    .dictionary(fc.constantFrom('a', 'b', 'c'), fc.record({ model: tie('model'), optional: fc.boolean() }))
    .map((fields): Model => ({ is: 'object', fields })),
}));
const payload = fc
  .dictionary(fc.constantFrom('a', 'b', 'c'), fc.record({ model, optional: fc.boolean() }))
  .map((fields): Model => ({ is: 'object', fields }));

/** The same with something about it changed somewhere, or not. */
function changed(before: Model): fc.Arbitrary<Model> {
  switch (before.is) {
    case 'list':
    case 'nullable':
      return fc.oneof(
        fc.constant(before),
        changed(before.of).map((of) => ({ ...before, of })),
        model,
      );
    case 'object':
      return fc
        .record({
          fields: fc.record(
            Object.fromEntries(
              Object.entries(before.fields).map(([name, field]) => [
                name,
                fc.oneof(
                  { weight: 4, arbitrary: fc.constant(field) },
                  changed(field.model).map((of) => ({ model: of, optional: field.optional })),
                  fc.constant({ ...field, optional: !field.optional }),
                  fc.constant(undefined),
                ),
              ]),
            ),
          ),
          added: fc.option(fc.record({ model, optional: fc.boolean() }), { nil: undefined }),
        })
        .map(({ fields, added }) => ({
          is: 'object',
          fields: Object.fromEntries(
            Object.entries({ ...fields, ...(added && { d: added }) }).filter(
              (entry): entry is [string, { model: Model; optional: boolean }] => entry[1] !== undefined,
            ),
          ),
        }));
    default:
      return fc.oneof(fc.constant(before), model);
  }
}

function contractOf(of: Model): z.ZodType {
  switch (of.is) {
    case 'text':
      return z.string().min(of.min).max(of.max);
    case 'number':
      return z.int().min(of.min).max(of.max);
    case 'value':
      return z.enum(of.of as [string]);
    case 'list':
      return z.array(contractOf(of.of));
    case 'nullable':
      return of.of.is === 'nullable' ? contractOf(of.of) : contractOf(of.of).nullable();
    case 'object':
      return z.object(
        Object.fromEntries(
          Object.entries(of.fields).map(([name, field]) => {
            const contract = contractOf(field.model);
            return [name, field.optional ? contract.optional() : contract];
          }),
        ),
      );
  }
}

function factsOf(of: Model): fc.Arbitrary<unknown> {
  switch (of.is) {
    case 'text':
      return fc.string({ minLength: of.min, maxLength: of.max, unit: fc.constantFrom('A', 'z') });
    case 'number':
      return fc.integer({ min: of.min, max: of.max });
    case 'value':
      return fc.constantFrom(...of.of);
    case 'list':
      return fc.array(factsOf(of.of), { maxLength: 3 });
    case 'nullable':
      return fc.option(factsOf(of.of));
    case 'object': {
      const fields = Object.entries(of.fields);
      return fc.record(Object.fromEntries(fields.map(([name, field]) => [name, factsOf(field.model)])), {
        requiredKeys: fields.filter(([, { optional }]) => !optional).map(([name]) => name),
      });
    }
  }
}

const releasedAndCurrent = payload.chain((released) =>
  fc.record({ released: fc.constant(released), current: changed(released) }),
);

it('lets builds on both sides of a change that breaks nobody read each other', () => {
  const judged = { harmless: 0, breaking: 0 };
  fc.assert(
    fc.property(
      releasedAndCurrent.chain((both) =>
        fc.record({
          released: fc.constant(contractOf(both.released)),
          current: fc.constant(contractOf(both.current)),
          old: fc.array(factsOf(both.released), { minLength: 5, maxLength: 5 }),
          young: fc.array(factsOf(both.current), { minLength: 5, maxLength: 5 }),
        }),
      ),
      ({ released, current, old, young }) => {
        const breaks = changesOf([snapshot(released)], [snapshot(current)]).some(
          ({ effect }) => effect === 'breaking',
        );
        judged[breaks ? 'breaking' : 'harmless'] += 1;
        if (breaks) return;
        for (const one of old) expect(current.safeParse(one).error).toBeUndefined();
        for (const one of young) expect(released.safeParse(one).error).toBeUndefined();
      },
    ),
    { numRuns: 500 },
  );
  // Otherwise the property would hold of nothing.
  expect(Math.min(judged.harmless, judged.breaking)).toBeGreaterThan(50);
});
