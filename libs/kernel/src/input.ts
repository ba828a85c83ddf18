import type { z } from 'zod';
import { InvalidInput } from './failure.ts';
import { fail, ok, type Result } from './result.ts';

/** Input checked against its schema; the first violation becomes an InvalidInput that names the field. */
export function parseInput<S extends z.ZodType>(
  schema: S,
  input: unknown,
): Result<z.output<S>, InvalidInput> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'input';
  return fail(new InvalidInput(field, `${field}: ${issue?.message ?? 'is not valid'}`));
}
