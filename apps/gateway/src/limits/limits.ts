import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { operationSizeRule } from './operation-size.ts';

/** Most lexical tokens of a document: some rules of graphql-js take time by the square of it. */
export const MAX_TOKENS = 1_000;

/** Rules besides those of the GraphQL specification. */
export const limitRules = [operationSizeRule];

/** @throws GraphQLError when the text is no GraphQL, or too long. */
export function parseWithinLimits(text: string): DocumentNode {
  return parse(text, { maxTokens: MAX_TOKENS });
}

export function validateWithinLimits(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  return validate(schema, document, [...specifiedRules, ...limitRules]);
}
