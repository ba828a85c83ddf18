import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Schema, Supergraph } from '@apollo/federation-internals';
import type { GraphQLSchema } from 'graphql';

/** Composed by `npm run supergraph`; see platform/supergraph/compose.mjs. */
const SUPERGRAPH_FILE = join(import.meta.dirname, '../../supergraph.graphql');

/** The composed graph, in the forms that planning, validating and joining need. Read once; it changes with the code. */
export class ComposedGraph {
  readonly supergraph: Supergraph;
  /** With what only the gateway may see: keys, internal fields, joins. */
  readonly supergraphSchema: GraphQLSchema;
  /** What clients see, as @apollo/gateway's parts want it. */
  readonly apiSchema: Schema;
  /** What clients see, as graphql-js wants it. */
  readonly clientSchema: GraphQLSchema;

  /** @throws when the text is not a supergraph. */
  constructor(readonly sdl: string = readFileSync(SUPERGRAPH_FILE, 'utf8')) {
    this.supergraph = Supergraph.build(sdl);
    this.supergraphSchema = this.supergraph.schema.toGraphQLJSSchema();
    this.apiSchema = this.supergraph.apiSchema();
    this.clientSchema = this.apiSchema.toGraphQLJSSchema();
  }
}
