import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { type GraphQLSchema, type GraphQLUnionType, isUnionType } from 'graphql';

let graph: GraphQLSchema;

beforeAll(() => {
  graph = Supergraph.build(readFileSync('apps/gateway/supergraph.graphql', 'utf8'))
    .apiSchema()
    .toGraphQLJSSchema();
});

/** `field: type` of all fields of all members; a field that stands twice has two types. */
function fieldsOf(union: GraphQLUnionType): string[] {
  const fields = union.getTypes().flatMap((member) => Object.values(member.getFields()));
  return [...new Set(fields.map(({ name, type }) => `${name}: ${String(type)}`))];
}

describe('the unions that mutations answer with', () => {
  it('are there', () => {
    expect(Object.values(graph.getTypeMap()).filter(isUnionType).length).toBeGreaterThan(30);
  });

  it('let one document ask for every field of every member: a name has one type in all of them', () => {
    const conflicts = Object.values(graph.getTypeMap())
      .filter(isUnionType)
      .flatMap((union) => {
        const names = fieldsOf(union).map((field) => field.slice(0, field.indexOf(':')));
        const twice = names.filter((name, i) => names.indexOf(name) !== i);
        return twice.map((name) => `${union.name}.${name}`);
      });
    expect(conflicts).toEqual([]);
  });
});
