import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { type GraphQLSchema, parse, validate } from 'graphql';
import * as operations from './operations.ts';

// The demo knows Tessera only from outside; its documents are held against the graph that the gateway serves.
const SUPERGRAPH = 'apps/gateway/supergraph.graphql';

describe('the documents of the demo', () => {
  let schema: GraphQLSchema;

  beforeAll(() => {
    schema = Supergraph.build(readFileSync(SUPERGRAPH, 'utf8')).apiSchema().toGraphQLJSSchema();
  });

  it.each(Object.entries(operations))('%s is valid in the composed graph', (_name, { text }) => {
    expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
  });
});
