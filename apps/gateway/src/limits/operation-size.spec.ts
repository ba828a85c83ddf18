import fc from 'fast-check';
import { buildSchema, getOperationAST, Kind, parse } from 'graphql';
import { parseWithinLimits, validateWithinLimits } from './limits.ts';
import { MAX_ALIASES, MAX_DEPTH, type OperationSize, sizeOf } from './operation-size.ts';

const schema = buildSchema('type Query { node: Query, leaf: Int }');

function measure(text: string): OperationSize {
  const document = parse(text);
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return sizeOf(getOperationAST(document)!, (name) =>
    fragments.find((fragment) => fragment.name.value === name),
  );
}

const problems = (text: string): string[] =>
  validateWithinLimits(schema, parseWithinLimits(text)).map(({ message }) => message);

const nested = (depth: number) => `${'{ node '.repeat(depth - 1)}{ leaf }${' }'.repeat(depth - 1)}`;
const aliased = (count: number) => `{ ${Array.from({ length: count }, (_, i) => `a${i}: leaf`).join(' ')} }`;

describe('the size of an operation', () => {
  it('counts levels of fields, not of fragments', () => {
    expect(measure('{ leaf }').depth).toBe(1);
    expect(measure('{ node { ... on Query { ...F } } } fragment F on Query { node { leaf } }').depth).toBe(3);
  });

  it('counts an alias as often as it is executed', () => {
    expect(measure('{ ...F node { ...F } b: leaf } fragment F on Query { a: leaf }').aliases).toBe(3);
  });

  it('leaves introspection to its own rule', () => {
    expect(measure('{ __schema { types { fields { type { ofType { ofType { name } } } } } } }').depth).toBe(
      1,
    );
  });

  it('ends for fragments that contain themselves', () => {
    expect(measure('{ ...F } fragment F on Query { node { ...F } }').depth).toBe(1);
  });

  it('is measured in no time for fragments that double each other', () => {
    const fragments = Array.from(
      { length: 200 },
      (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`,
    ).join(' ');
    const { aliases } = measure(`{ ...F0 } ${fragments} fragment F200 on Query { a: leaf }`);
    expect(aliases).toBe(2 ** 200);
  });

  it('is what was written, for any depth and number of aliases', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), (size) => {
        expect(measure(nested(size))).toEqual({ depth: size, aliases: 0 });
        expect(measure(aliased(size))).toEqual({ depth: 1, aliases: size });
      }),
    );
  });
});

describe('the limits', () => {
  it('allow what is just within them', () => {
    expect(problems(nested(MAX_DEPTH))).toEqual([]);
    expect(problems(aliased(MAX_ALIASES))).toEqual([]);
  });

  it('refuse one more, naming the limit', () => {
    expect(problems(nested(MAX_DEPTH + 1))).toEqual([
      'The operation is 11 levels deep; at most 10 are allowed.',
    ]);
    expect(problems(aliased(MAX_ALIASES + 1))).toEqual([
      'The operation is given 16 aliases; at most 15 are allowed.',
    ]);
  });

  it('hold for each operation of a document', () => {
    expect(problems(`query A { leaf } query B ${nested(MAX_DEPTH + 1)}`)).toHaveLength(1);
  });

  it('refuse a document of too many tokens while it is parsed', () => {
    expect(() => parseWithinLimits(`{ ${'leaf '.repeat(1_000)} }`)).toThrow(/1000 tokens/);
  });
});
