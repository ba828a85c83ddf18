/**
 * What a payload's JSON Schema allows, in a form that two releases can be compared in.
 *
 * It knows only what the contracts use. Everything else is refused with its name and place, so that nothing which
 * the comparison does not understand passes it unseen.
 */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The value has one of these forms; most values have one form only. */
export type Shape = readonly Form[];

export interface Form {
  /** `any` when the schema asks for nothing. */
  readonly type: string;
  /** Tells the forms of a union apart: the type, and the constants by which objects are discriminated. */
  readonly label: string;
  /** The only values allowed. */
  readonly values?: readonly Scalar[];
  /** Keywords such as `maxLength` and `pattern`, with their values. */
  readonly limits: ReadonlyMap<string, Scalar>;
  /** Of an object. */
  readonly fields: ReadonlyMap<string, Field>;
  /** Of an array. */
  readonly items: Shape;
}

export interface Field {
  readonly required: boolean;
  readonly shape: Shape;
}

export type Scalar = string | number | boolean | null;

/** The comparison cannot judge this schema. */
export class UnsupportedSchema extends Error {
  override readonly name = 'UnsupportedSchema';
}

/** They say nothing about which values are allowed. */
const ANNOTATIONS = ['$schema', 'title', 'description', 'examples', 'deprecated'];
const VALUES = ['const', 'enum'];
const NUMBER_LIMITS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'];

const LIMITS: Readonly<Record<string, readonly string[]>> = {
  any: [],
  null: [],
  boolean: [],
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  integer: NUMBER_LIMITS,
  number: NUMBER_LIMITS,
  array: ['minItems', 'maxItems'],
  object: [],
};

const STRUCTURE: Readonly<Record<string, readonly string[]>> = {
  any: [],
  null: [],
  boolean: VALUES,
  string: VALUES,
  integer: VALUES,
  number: VALUES,
  array: ['items'],
  object: ['properties', 'required', 'additionalProperties'],
};

/** @throws UnsupportedSchema naming the place and the keyword */
export function shapeOf(schema: unknown, path: string): Shape {
  const forms = formsOf(schema, path);
  const labels = forms.map(({ label }) => label);
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twice !== undefined)
    throw new UnsupportedSchema(`${path}: two forms of the union are both ${twice}; discriminate them`);
  return forms;
}

function formsOf(schema: unknown, path: string): Shape {
  const known = record(schema, path);
  const type = known['type'];
  if (Array.isArray(type)) {
    refuseOthers(known, ['type'], path);
    return type.map((one: unknown) => formOf({ type: one }, path));
  }
  const union = ['oneOf', 'anyOf'].find((keyword) => keyword in known);
  if (union === undefined) return [formOf(known, path)];
  refuseOthers(known, [union], path);
  return list(known[union], path).flatMap((option) => formsOf(option, path));
}

function formOf(schema: JsonSchema, path: string): Form {
  const type = schema['type'] ?? 'any';
  const limits = typeof type === 'string' ? LIMITS[type] : undefined;
  const structure = typeof type === 'string' ? STRUCTURE[type] : undefined;
  if (typeof type !== 'string' || !limits || !structure)
    throw new UnsupportedSchema(`${path}: the type ${JSON.stringify(type)} cannot be compared`);
  refuseOthers(schema, ['type', ...limits, ...structure], path);
  const fields = fieldsOf(schema, path);
  return {
    type,
    label: type === 'object' ? objectLabel(fields) : type,
    values: valuesOf(schema, path),
    limits: limitsOf(schema, limits, path),
    fields,
    items: type === 'array' ? shapeOf(schema['items'] ?? {}, `${path}[]`) : [],
  };
}

function fieldsOf(schema: JsonSchema, path: string): ReadonlyMap<string, Field> {
  if ('additionalProperties' in schema)
    throw new UnsupportedSchema(
      `${path}: a payload's objects must let unknown fields pass (z.object), or no field could ever be added`,
    );
  const required = list(schema['required'] ?? [], path);
  const properties = Object.entries(record(schema['properties'] ?? {}, path));
  const unknown = required.find((name) => !properties.some(([property]) => property === name));
  if (unknown !== undefined)
    throw new UnsupportedSchema(`${path}: ${JSON.stringify(unknown)} is required, but has no schema`);
  return new Map(
    properties.map(([name, field]) => [
      name,
      { required: required.includes(name), shape: shapeOf(field, `${path}.${name}`) },
    ]),
  );
}

function objectLabel(fields: ReadonlyMap<string, Field>): string {
  const constants = [...fields].flatMap(([name, { required, shape }]) => {
    const values = shape.length === 1 ? shape[0]?.values : undefined;
    return required && values?.length === 1 ? [`${name}: ${JSON.stringify(values[0])}`] : [];
  });
  return constants.length === 0 ? 'object' : `object with ${constants.toSorted().join(', ')}`;
}

function valuesOf(schema: JsonSchema, path: string): readonly Scalar[] | undefined {
  if ('const' in schema && 'enum' in schema)
    throw new UnsupportedSchema(`${path}: const and enum at once cannot be compared`);
  if ('const' in schema) return [scalar(schema['const'], path)];
  if ('enum' in schema) return list(schema['enum'], path).map((value) => scalar(value, path));
  return undefined;
}

/** For whole numbers "more than 0" and "at least 1" are the same limit, and are told as the second. */
function limitsOf(schema: JsonSchema, names: readonly string[], path: string): ReadonlyMap<string, Scalar> {
  const limits = new Map<string, Scalar>(
    names.filter((name) => name in schema).map((name) => [name, scalar(schema[name], path)]),
  );
  if (schema['type'] === 'integer') {
    restate(limits, 'exclusiveMinimum', 'minimum', 1);
    restate(limits, 'exclusiveMaximum', 'maximum', -1);
  }
  return limits;
}

function restate(limits: Map<string, Scalar>, exclusive: string, inclusive: string, step: number): void {
  const limit = limits.get(exclusive);
  if (typeof limit !== 'number' || !Number.isSafeInteger(limit + step) || limits.has(inclusive)) return;
  limits.delete(exclusive);
  limits.set(inclusive, limit + step);
}

function refuseOthers(schema: JsonSchema, known: readonly string[], path: string): void {
  const other = Object.keys(schema).find(
    (keyword) => !known.includes(keyword) && !ANNOTATIONS.includes(keyword),
  );
  if (other !== undefined)
    throw new UnsupportedSchema(`${path}: the JSON Schema keyword ${other} cannot be compared here`);
}

function record(value: unknown, path: string): JsonSchema {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonSchema;
  throw new UnsupportedSchema(`${path}: ${JSON.stringify(value)} is not a schema that can be compared`);
}

function list(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new UnsupportedSchema(`${path}: ${JSON.stringify(value)} is not a list`);
}

function scalar(value: unknown, path: string): Scalar {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as Scalar;
  throw new UnsupportedSchema(`${path}: ${JSON.stringify(value)} cannot be compared`);
}
