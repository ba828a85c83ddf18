import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

function parseInstant(value: unknown): Date {
  const instant = typeof value === 'string' ? new Date(value) : undefined;
  const hasZone = typeof value === 'string' && /(Z|[+-]\d\d:\d\d)$/.test(value);
  if (!instant || !hasZone || Number.isNaN(instant.getTime())) {
    throw new GraphQLError(`not an instant like 2026-11-21T19:30:00Z: ${JSON.stringify(value)}`);
  }
  return instant;
}

/** Dates in code; ISO 8601 in UTC with milliseconds on the wire. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: (value) => {
    if (value instanceof Date) return value.toISOString();
    return parseInstant(value).toISOString();
  },
  parseValue: parseInstant,
  parseLiteral: (node) => {
    if (node.kind !== Kind.STRING) throw new GraphQLError('an instant is a string');
    return parseInstant(node.value);
  },
});
