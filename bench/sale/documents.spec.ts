import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { type GraphQLSchema, parse, validate } from 'graphql';
import * as documents from './documents.ts';

const SUPERGRAPH = 'apps/gateway/supergraph.graphql';

describe('the documents of the load', () => {
  let schema: GraphQLSchema;

  beforeAll(() => {
    schema = Supergraph.build(readFileSync(SUPERGRAPH, 'utf8')).apiSchema().toGraphQLJSSchema();
  });

  it.each(Object.entries(documents))('%s is valid in the composed graph', (_name, { text }) => {
    expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
  });
});
