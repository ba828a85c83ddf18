import type { z } from 'zod';
import { InvalidInput } from './failure.ts';
import { fail, ok, type Result } from './result.ts';

/** Input checked against its schema; the first violation becomes an InvalidInput that names the field. */
export function parseInput<S extends z.ZodType>(
  schema: S,
  input: unknown,
): Result<z.output<S>, InvalidInput> {
  const parsed = schema.safeParse(input, { error: outOfRange });
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'input';
  return fail(new InvalidInput(field, `${field}: ${issue?.message ?? 'is not valid'}`));
}

/** A limit in the words of whoever fills in a form; undefined leaves the message to the library. */
function outOfRange(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'too_small':
      return needs(issue.origin, issue.exact ? 'exactly' : 'at least', Number(issue.minimum));
    case 'too_big':
      return needs(issue.origin, issue.exact ? 'exactly' : 'at most', Number(issue.maximum));
    default:
      return undefined;
  }
}

/** Only lengths and inclusive limits of numbers are in use: the others keep the library's words. */
function needs(origin: string, limit: string, count: number): string | undefined {
  const plural = count === 1 ? '' : 's';
  switch (origin) {
    case 'number':
    case 'int':
      return `must be ${limit} ${count}`;
    case 'string':
      return `must have ${limit} ${count} character${plural}`;
    case 'array':
      return `must have ${limit} ${count} item${plural}`;
    default:
      return undefined;
  }
}

/**
 * Control characters, line breaks, halves of characters, and marks that turn the direction of what follows: in a name they
 * could make a mail, a list or a ticket say what its author did not.
 */
const NOT_OF_A_LINE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;

/** Text that stands on one line wherever it is shown, such as a name. */
export function oneLine(text: z.ZodString): z.ZodString {
  return text.refine((value) => !NOT_OF_A_LINE.test(value), 'must be one line, without control characters');
}
